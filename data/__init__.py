"""Facts kept: rows, transactions, files in and out, the city held in memory."""
