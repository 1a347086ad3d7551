"""Words of the interface in other languages than Chinese, which stands in the sources themselves."""
