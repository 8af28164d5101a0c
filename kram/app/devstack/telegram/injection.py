"""How a handler asks for the Telegram it serves."""

from litestar.di import NamedDependency

from kram.app.devstack.telegram.telegram import Telegram

OurTelegram = NamedDependency[Telegram]
