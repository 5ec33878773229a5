"""The nouns: reality, people, publishers, curators, labs, and what they make, link and pay."""
