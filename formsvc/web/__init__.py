"""Pages for people: blueprints and templates."""
