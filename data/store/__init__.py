"""What is kept and how: sessions, the chain of events, receipts, numbers, photos, migrations."""
