"""Exchangeable ideas on plain arrays: learners, detectors, rankers, crawlers, adaptation."""
