"""One file a migration, in order; one that was released is never edited."""
