"""What the browser shows. Knows gradio and the core, never onnxruntime."""
