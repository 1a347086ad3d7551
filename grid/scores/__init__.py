"""The ledger of points, appeals against it, and the monthly appraisal."""
