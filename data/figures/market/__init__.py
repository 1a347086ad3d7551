"""The market of providers in an area: supply, use and need, how long they stay, how orders are shared, who pays, what stands still."""
