"""What every part of the API shares: how it is asked, what it answers, who may ask."""
