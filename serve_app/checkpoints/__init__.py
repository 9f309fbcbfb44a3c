"""The models' folder: filled from the Hugging Face hub, checked, converted, or made of chance."""
