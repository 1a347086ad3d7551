"""Small drawn pictures that stand for photos in sample data."""

import io

from PIL import Image, ImageDraw


def sample_photo(number: int) -> bytes:
    """Draw a small picture that says it is a sample."""
    image = Image.new("RGB", (640, 480), (90 + 20 * number, 120, 130 - 10 * number))
    pen = ImageDraw.Draw(image)
    pen.rectangle((40, 260, 600, 440), fill=(70, 74, 78))
    pen.ellipse((240 + 20 * number, 300, 340 + 20 * number, 380), fill=(30, 32, 34))
    pen.text((48, 40), f"SAMPLE {number}", fill=(255, 255, 255))
    out = io.BytesIO()
    image.save(out, format="JPEG", quality=80)
    return out.getvalue()
