"""What is sent and answered, as models that the OpenAPI document is made of."""
