"""From a view to unsealed bytes."""
