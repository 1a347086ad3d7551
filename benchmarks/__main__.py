"""All benchmarks, one after the other: deadlines, the district, the service, the alarms, the figures, the roads."""

import runpy

for name in ("deadlines", "district", "service", "alarms", "figures", "roads"):
    print(f"== {name}")
    runpy.run_module(f"benchmarks.{name}", run_name="__main__")
