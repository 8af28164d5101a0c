"""What REST answers. Names and shapes are public: fields are added, never changed."""
