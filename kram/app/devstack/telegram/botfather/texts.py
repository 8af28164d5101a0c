"""What BotFather says, in the languages of its people."""

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "hello": (
            "I help you create and look after Telegram bots.\n\n"
            "<b>Send me</b>\n"
            "/newbot – make a new bot\n"
            "/mybots – your bots, their tokens and settings\n"
            "/cancel – stop what we are doing"
        ),
        "ask_name": "A new bot, good. What shall we call it? Send me the name people will see.",
        "bad_name": "A name has 1 to 64 characters. Please choose another one.",
        "ask_username": (
            "Now choose a username for your bot. It must end in <code>bot</code>,"
            " for example <code>tulip_shop_bot</code> or <code>TulipBot</code>."
        ),
        "invalid": (
            "This username cannot be used: 5 to 32 Latin letters, digits and underscores,"
            " ending in <code>bot</code>. Please try another one."
        ),
        "taken": "This username is taken already. Please try another one.",
        "limit": "You have 20 bots already, and that is the limit.",
        "made": (
            "Done! Your new bot lives at {link}.\n\n"
            "Use this token to reach the HTTP API:\n<code>{token}</code>\n\n"
            "Keep it <b>safe</b>: whoever has the token controls the bot."
        ),
        "no_bots": "You have no bots yet. Send /newbot to make the first.",
        "choose": "Choose a bot:",
        "card": "<b>{name}</b>\n@{username}",
        "token": "API token",
        "revoke": "Revoke the token",
        "manage_on": "Let it manage bots",
        "manage_off": "Stop managing bots",
        "managing": "This bot can now create and manage bots for its users.",
        "not_managing": "This bot no longer manages bots.",
        "revoked": "The old token is dead. The new one:\n<code>{token}</code>",
        "show_token": "The token of @{username}:\n<code>{token}</code>",
        "cancelled": "All right, stopped. What next?",
        "nothing": "There was nothing to stop. Send /newbot to make a bot.",
        "unknown": "I did not understand. Send /help for what I can do.",
        "newbot": "make a new bot",
        "mybots": "your bots and their tokens",
        "cancel": "stop what we are doing",
        "about": "The bot that makes bots. Send it /newbot and it gives you a token.",
    },
    "uk": {
        "hello": (
            "Я допомагаю створювати ботів Telegram і доглядати за ними.\n\n"
            "<b>Надішліть мені</b>\n"
            "/newbot – створити нового бота\n"
            "/mybots – ваші боти, їхні токени й налаштування\n"
            "/cancel – припинити розпочате"
        ),
        "ask_name": "Новий бот, чудово. Як його назвемо? Надішліть ім'я, яке бачитимуть люди.",
        "bad_name": "Ім'я має від 1 до 64 символів. Оберіть, будь ласка, інше.",
        "ask_username": (
            "Тепер оберіть юзернейм бота. Він має закінчуватися на <code>bot</code>,"
            " наприклад <code>tulip_shop_bot</code> або <code>TulipBot</code>."
        ),
        "invalid": (
            "Такий юзернейм не підходить: від 5 до 32 латинських літер, цифр і підкреслень,"
            " у кінці <code>bot</code>. Спробуйте інший."
        ),
        "taken": "Цей юзернейм уже зайнято. Спробуйте інший.",
        "limit": "У вас уже 20 ботів, більше не можна.",
        "made": (
            "Готово! Ваш новий бот живе тут: {link}.\n\n"
            "Токен для доступу до HTTP API:\n<code>{token}</code>\n\n"
            "<b>Бережіть</b> його: хто має токен, той керує ботом."
        ),
        "no_bots": "У вас ще немає ботів. Надішліть /newbot, щоб створити першого.",
        "choose": "Оберіть бота:",
        "card": "<b>{name}</b>\n@{username}",
        "token": "Токен API",
        "revoke": "Відкликати токен",
        "manage_on": "Дозволити керувати ботами",
        "manage_off": "Заборонити керувати ботами",
        "managing": "Цей бот тепер може створювати ботів для своїх користувачів.",
        "not_managing": "Цей бот більше не керує ботами.",
        "revoked": "Старий токен більше не діє. Новий:\n<code>{token}</code>",
        "show_token": "Токен @{username}:\n<code>{token}</code>",
        "cancelled": "Гаразд, зупинились. Що далі?",
        "nothing": "Зупиняти нічого. Надішліть /newbot, щоб створити бота.",
        "unknown": "Не зрозумів. Надішліть /help, і я розкажу, що вмію.",
        "newbot": "створити нового бота",
        "mybots": "ваші боти й токени",
        "cancel": "припинити розпочате",
        "about": "Бот, який створює ботів. Надішліть /newbot і отримаєте токен.",
    },
    "ru": {
        "hello": (
            "Я помогаю создавать ботов Telegram и ухаживать за ними.\n\n"
            "<b>Отправьте мне</b>\n"
            "/newbot – создать нового бота\n"
            "/mybots – ваши боты, их токены и настройки\n"
            "/cancel – прекратить начатое"
        ),
        "ask_name": "Новый бот, отлично. Как его назовём? Пришлите имя, которое увидят люди.",
        "bad_name": "В имени от 1 до 64 символов. Выберите, пожалуйста, другое.",
        "ask_username": (
            "Теперь выберите юзернейм бота. Он должен заканчиваться на <code>bot</code>,"
            " например <code>tulip_shop_bot</code> или <code>TulipBot</code>."
        ),
        "invalid": (
            "Такой юзернейм не подойдёт: от 5 до 32 латинских букв, цифр и подчёркиваний,"
            " в конце <code>bot</code>. Попробуйте другой."
        ),
        "taken": "Этот юзернейм уже занят. Попробуйте другой.",
        "limit": "У вас уже 20 ботов, больше нельзя.",
        "made": (
            "Готово! Ваш новый бот живёт здесь: {link}.\n\n"
            "Токен для доступа к HTTP API:\n<code>{token}</code>\n\n"
            "<b>Берегите</b> его: у кого токен, тот управляет ботом."
        ),
        "no_bots": "У вас ещё нет ботов. Отправьте /newbot, чтобы создать первого.",
        "choose": "Выберите бота:",
        "card": "<b>{name}</b>\n@{username}",
        "token": "Токен API",
        "revoke": "Отозвать токен",
        "manage_on": "Разрешить управлять ботами",
        "manage_off": "Запретить управлять ботами",
        "managing": "Этот бот теперь может создавать ботов для своих пользователей.",
        "not_managing": "Этот бот больше не управляет ботами.",
        "revoked": "Старый токен больше не действует. Новый:\n<code>{token}</code>",
        "show_token": "Токен @{username}:\n<code>{token}</code>",
        "cancelled": "Хорошо, остановились. Что дальше?",
        "nothing": "Останавливать нечего. Отправьте /newbot, чтобы создать бота.",
        "unknown": "Не понял. Отправьте /help, и я расскажу, что умею.",
        "newbot": "создать нового бота",
        "mybots": "ваши боты и токены",
        "cancel": "прекратить начатое",
        "about": "Бот, который создаёт ботов. Отправьте /newbot и получите токен.",
    },
}


def say(language: str | None, key: str, **values: str) -> str:
    """The sentence in the person's language, English for all others."""
    return WORDS.get(language or "en", WORDS["en"])[key].format(**values)
