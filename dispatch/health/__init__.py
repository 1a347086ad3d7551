"""The health station: results with declared codes and units, kept apart from all other facts of a person."""
