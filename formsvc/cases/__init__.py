"""Children, episodes, events and clocks: pure."""
