"""Money on its way back, after somebody asked for it.

`service.py` what the dashboard and the bot ask · `tasks.py` asks the provider and writes down what
it answers. The rows are `payments`', because late money is promised back where it is found.

Events in: `refund.requested.v1`. Events out: `refund.succeeded.v1`, `refund.failed.v1`,
`order.refunded.v1` (nothing of the order's money is left).
"""
