"""What a file means, without asking the database: values, headers, kinds of rows, and the verdict on every row."""
