from tests.bot.conftest import inshyi, kvitka, stand

__all__ = ["inshyi", "kvitka", "stand"]
