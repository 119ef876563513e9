"""Checkout: prices, discount codes, orders. Grants access through the ledger when an order is paid.

Announces `order_paid`. Never charges anything but the total that was shown, and never asks for payment of nothing.
"""
