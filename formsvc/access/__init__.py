"""Who may receive what, and the view made for them."""
