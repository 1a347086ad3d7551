"""One running application per test, with a clock that the test turns."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from api.app import make_app
from api.demo_accounts import PASSWORD
from api.settings import Settings
from api.world import World, open_world
from data.home import Home
from tests.conftest import NOW


@dataclass
class HandClock:
    """A clock that stands still until it is turned."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


class Site:
    """The application as its users meet it."""

    def __init__(self, world: World, client: TestClient, clock: HandClock) -> None:
        self.world, self.client, self.clock = world, client, clock
        self._tokens: dict[str, str] = {}
        self._number = 0

    def token(self, user: str) -> str:
        if user not in self._tokens:
            answer = self.client.post("/api/v1/session", json={"user": user, "password": PASSWORD})
            assert answer.status_code == 201, answer.text
            self._tokens[user] = answer.json()["token"]
            self.client.cookies.clear()
        return self._tokens[user]

    def sign_in_anew(self) -> None:
        """Forget the tokens, as after a long pause."""
        self._tokens.clear()

    def call(self, user: str | None, method: str, path: str, **more: Any) -> Any:
        headers = dict(more.pop("headers", {}))
        if user:
            headers["Authorization"] = f"Bearer {self.token(user)}"
        return self.client.request(method, path, headers=headers, **more)

    def get(self, user: str | None, path: str, **params: Any) -> Any:
        answer = self.call(user, "GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, user: str | None, path: str, status: int = 200, **body: Any) -> Any:
        answer = self.call(user, "POST", path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def act(self, user: str, kind: str, no: str, action: str, status: int = 200, **fields: Any) -> Any:
        return self.post(user, f"/api/v1/{kind}s/{no}/actions", status, action=action, **fields)

    def photo(self, user: str, colour: tuple[int, int, int] = (200, 60, 60)) -> str:
        out = io.BytesIO()
        Image.new("RGB", (64, 48), colour).save(out, format="JPEG")
        files = {"file": ("p.jpg", out.getvalue(), "image/jpeg")}
        answer = self.call(user, "POST", "/api/v1/photos", files=files)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["sha256"])

    def inside(self) -> dict[str, float]:
        """Give a position well inside some cell with a worker."""
        cell = self.world.city.cells[min(self.world.city.cells)]
        point = self.world.city.cell_shapes[cell.code].representative_point()
        return {"lon": round(point.x, 6), "lat": round(point.y, 6)}

    def worker(self) -> str:
        """Give the worker of that cell."""
        return self.world.city.cells[min(self.world.city.cells)].worker

    def clerk(self, department: str) -> str:
        return f"d-{department.lower()}"


@pytest.fixture
def site(home: Home, database_url: str) -> Iterator[Site]:
    clock = HandClock(NOW)
    settings = Settings(
        home=home.folder,
        database=database_url,
        timers=False,
        sign_in_per_minute=1000,
        public_posts_per_minute=1000,
    )
    world = open_world(settings, clock)
    with TestClient(make_app(world)) as client:
        yield Site(world, client, clock)
