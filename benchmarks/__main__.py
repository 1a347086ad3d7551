"""All benchmarks, one after the other: the district, the service, the figures, the roads."""

import runpy

for name in ("district", "service", "figures", "roads"):
    print(f"== {name}")
    runpy.run_module(f"benchmarks.{name}", run_name="__main__")
