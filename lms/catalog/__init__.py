"""The course page: content, price and the visitor's own state, joined. Owns no table and announces nothing."""
