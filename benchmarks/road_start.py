"""A process that starts from the files of an engine and answers one question; timed from outside."""

import sys
from pathlib import Path

import numpy as np

from geo.hierarchy import Hierarchy
from geo.nearest import NearestIndex
from geo.roads import RoadNetwork

folder = Path(sys.argv[1])
index = NearestIndex(Hierarchy.load(folder / "engine", RoadNetwork.load(folder / "roads")))
for member, (node, category) in enumerate(np.load(folder / "members.npy").tolist()):
    index.insert(member, node, category)
print(len(index.nearest(0, 0, 5)[0]))
