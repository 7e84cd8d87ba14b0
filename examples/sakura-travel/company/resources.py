"""What the two instances hold besides flows and modules.

The names are the same in both, the ids are not. What differs by name is mapped by flowferry.yaml: functions
that begin with `dev-`, phone numbers, email addresses, and one queue.
"""

DEV = {"alias": "sakura-dev", "account": "111122223333", "region": "ap-northeast-1",
       "id": "5ad0c1a5-7e1e-4c0b-9a51-0d5e3b8f2a10"}
PROD = {"alias": "sakura-prod", "account": "444455556666", "region": "ap-northeast-1",
        "id": "c0ffee5a-2b7d-4f63-8e0c-91aa47d3b6e2"}
SHARED_SERVICES = "999988887777"  # the group's shared account: neither dev nor prod

# AWS's documentation uses these keys; they open nothing.
ACCOUNTS = [
    {"id": DEV["account"], "access_key_id": "AKIAIOSFODNN7EXAMPLE",
     "secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
    {"id": PROD["account"], "access_key_id": "AKIAI44QH8DHBEXAMPLE",
     "secret_access_key": "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY"},
]

QUEUES = [
    {"name": "国内ツアー予約", "description": "国内パッケージツアーの新規予約", "tags": {"team": "domestic"}},
    {"name": "海外ツアー予約", "description": "海外パッケージツアーの新規予約", "tags": {"team": "overseas"}},
    "航空券予約", "ホテル予約", "JR・新幹線", "クルーズ", "レンタカー", "団体・修学旅行", "法人出張",
    "VIPコンシェルジュ",
    # Two queues that differ only in case.
    "Platinum", "PLATINUM",
    "さくらクラブ会員",
    {"name": "お客様相談室", "description": "", "tags": {"team": "care", "escalation": "yes"}},
    "キャンセル・変更", "請求・支払い", "旅行保険",
    {"name": "海外緊急24h", "tags": {"team": "emergency", "priority": "1"}},
    "English Desk", "中文デスク", "チャット", "メール対応", "タスク処理",
    # Characters that break careless code.
    "航空券/ホテル セット", "\"特典\"デスク", "100%返金窓口", "国内+海外", "🌸桜まつり",
    " 夜間受付", "研修用 ", "O'Hare & Narita <airport>",
]

HOURS = [
    {"name": "本社営業時間", "description": "平日 9:30-18:30"}, "国内デスク", "海外デスク", "24時間365日",
    "English desk hours", "年末年始 2025/26", "土日祝 短縮", "チャット対応時間", "法人デスク 平日 8-20",
]

PROMPTS = [
    "00_welcome_ja.wav", "00_welcome_en.wav", "保留音_琴.wav", "保留音_piano.wav", "待ち呼_案内1.wav",
    "待ち呼_案内2.wav", "台風のお知らせ.wav", "chime+bell 100%.wav", "survey_thanks.wav", "年末年始.wav",
    "Sakura \"jingle\" 15s.wav", "区間案内/新幹線.wav",
]

ROUTING_PROFILES = ["国内ツアー担当", "海外ツアー担当", "VIP", "English agents", "相談室"]
QUICK_CONNECTS = ["海外ツアーへ転送", "VIPへ転送", "相談室へ転送", "緊急サポート(外線)", "taro.sato 直通",
                  "English Desk / transfer"]
SECURITY_PROFILES = ["Sakura-Agent", "Sakura-Leader", "Sakura_QA"]
HIERARCHY_GROUPS = ["東京センター", "大阪センター", "那覇センター"]
AGENT_STATUSES = ["休憩", "研修中", "メール処理"]
TASK_TEMPLATES = ["旅程変更依頼", "書類郵送", "苦情エスカレーション", "返金処理"]
EVALUATION_FORMS = ["通話品質評価シート"]
DATA_TABLES = ["祝日カレンダー", "臨時休業フラグ", "キャンセル料率"]
PREDEFINED_ATTRIBUTES = ["connect:Language", "担当エリア", "資格:総合旅行業務取扱管理者"]
USERS = ["hanako.yamada", "taro.sato", "ken.ito", "mei.chen", "emma.jones", "vip-desk_leader"]

VIEWS = [
    {"name": "お客様情報カード", "status": "PUBLISHED"}, {"name": "予約ガイド", "status": "PUBLISHED"},
    {"name": "キャンセル受付フォーム", "status": "PUBLISHED"}, {"name": "Disposition codes", "status": "PUBLISHED"},
]


def functions(prefix: str) -> list:
    """Lambda functions. The hotel and cruise teams name theirs after the stage."""
    return [
        {"name": "sakura-crm-lookup", "qualifiers": ["live", "3"]},
        {"name": "sakura-booking-search", "qualifiers": ["live"]},
        "sakura-flight-status", "sakura-cancel-fee", "sakura-disaster-feed", "sakura-vip-check",
        "sakura-callback-window", "sakura-survey-store", "sakura-sms-template", "sakura-chat-filter",
        "sakura-corp-approval", "sakura-payment-token", "sakura-holiday-check",
        f"{prefix}-hotel-inventory", f"{prefix}-cruise-cabins",
        {"name": "group-currency-rate", "account": SHARED_SERVICES},
    ]


def bots(stage: str) -> list:
    """Lex V2 bots. SakuraFaqBot is replicated and has the same ids everywhere."""
    ids = {"dev": ("TRVLDEV001", "LIVEDEV001", "CHATDEV001", "CHALIASDV1"),
           "prod": ("TRVLPRD777", "LIVEPRD777", "CHATPRD777", "CHALIASPR7")}[stage]
    return [
        {"bot": "SakuraTravelBot", "alias": "live", "bot_id": ids[0], "alias_id": ids[1]},
        {"bot": "SakuraTravelBot", "alias": "TestBotAlias", "bot_id": ids[0], "alias_id": "TSTALIASID"},
        {"bot": "SakuraChatBot", "alias": "live", "bot_id": ids[2], "alias_id": ids[3]},
        {"bot": "SakuraFaqBot", "alias": "global", "bot_id": "FAQGLOBAL1", "alias_id": "GLBLALIAS1"},
    ]


# A claimed number of dev stands for the number of prod in the same line.
PHONE_NUMBERS = [
    ("+815031110001", "+81312340001", "代表"), ("+815031110002", "+81312340002", "発信用"),
    ("+815031110003", "+81312340003", "海外緊急"), ("+815031110004", "+81312340004", "SMS"),
]
EMAIL_ADDRESSES = [
    ("info@dev.sakura-travel.example", "info@sakura-travel.example"),
    ("booking+jp@dev.sakura-travel.example", "booking+jp@sakura-travel.example"),
]
# The queue of the test desk has another name in prod.
TEST_QUEUE = {"dev": "テスト用キュー", "prod": "検証用キュー"}


def common() -> dict:
    return {
        "hours-of-operation": HOURS, "prompt": PROMPTS, "routing-profile": ROUTING_PROFILES,
        "quick-connect": QUICK_CONNECTS, "user": USERS, "security-profile": SECURITY_PROFILES,
        "hierarchy-group": HIERARCHY_GROUPS, "task-template": TASK_TEMPLATES, "agent-status": AGENT_STATUSES,
        "evaluation-form": EVALUATION_FORMS, "data-table": DATA_TABLES, "view": VIEWS,
        "predefined-attribute": PREDEFINED_ATTRIBUTES,
    }


def of_dev() -> dict:
    return {
        "queue": QUEUES + [TEST_QUEUE["dev"]], **common(),
        "phone-number": [{"name": dev, "description": what} for dev, _, what in PHONE_NUMBERS],
        "email-address": [dev for dev, _ in EMAIL_ADDRESSES],
        "lambda-function": functions("dev"),
        "lex-v2-bot-alias": bots("dev"),
        "lex-v1-bot": [{"name": "SakuraKeywordBot", "region": "ap-northeast-1", "alias": "live"}],
    }


def of_prod() -> dict:
    """The same, and what only production has: none of it may change."""
    shared = common()
    return {
        "queue": QUEUES + [
            TEST_QUEUE["prod"],
            {"name": "本番専用 夜間緊急", "description": "運用部が管理。移行対象外", "tags": {"owner": "operations"}},
            {"name": "監査用", "tags": {"owner": "audit", "retention": "7y"}},
        ],
        **shared,
        "hours-of-operation": HOURS + ["本番 計画停止時間"],
        "prompt": PROMPTS + ["本番_障害時アナウンス.wav"],
        "user": USERS + ["ops.night", "auditor"],
        "quick-connect": QUICK_CONNECTS + ["監査室"],
        "phone-number": [{"name": prod, "description": what} for _, prod, what in PHONE_NUMBERS]
        + [{"name": "+81120000777", "description": "フリーダイヤル(本番のみ)"}],
        "email-address": [prod for _, prod in EMAIL_ADDRESSES],
        "lambda-function": functions("prod") + ["prod-only-metrics"],
        "lex-v2-bot-alias": bots("prod"),
        "lex-v1-bot": [{"name": "SakuraKeywordBot", "region": "ap-northeast-1", "alias": "live"}],
    }
