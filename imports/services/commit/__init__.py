"""Writing a file's rows into the shop's tables, chunk by chunk, each chunk a transaction of its own."""
