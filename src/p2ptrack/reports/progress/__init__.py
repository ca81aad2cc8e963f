"""The parts of the progress report: asks, figures, charts and the lists behind them."""
