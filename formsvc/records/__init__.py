"""The gate, snapshots, differences and attachments of records."""
