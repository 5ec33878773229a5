"""The business of publishers: what they believe, where they publish, how much, from whom they buy, entry and exit."""
