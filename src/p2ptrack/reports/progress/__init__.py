"""The parts of the progress report: requests, figures, charts and the lists behind them."""
