"""Places, datums, shapes, indexes, streets, travel times and reach."""
