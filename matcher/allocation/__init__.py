"""Allocation: the arrays every rule works on, and one module for each rule."""
