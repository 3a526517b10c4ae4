"""Who a listener is, and what Spotify lets us do for them."""
