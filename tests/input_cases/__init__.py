"""What the public functions of `helpers` take, for tests/test_any_input.py: one module a kind."""
