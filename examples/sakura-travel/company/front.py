"""What answers first: the main line, the language choice, the menus, announcements, after hours."""

from lib.flow_document import bot, flow as to_flow, function, hours, module as to_module, prompt, queue, Ref

from .registry import NEW, OLD, RESPACED, RETOUCHED, SAME, flow


@flow("main", "代表電話受付", target=OLD, description="代表番号の入口。ここから全ての窓口へ", look="new", hand="pretty",
      tags={"team": "front", "critical": "yes"}, target_tags={"team": "front", "critical": "yes", "owner": "operations"})
def main(d, old):
    d.on_error = "sorry"
    d.annotations = [("b1", "代表番号 03-1234-0001 の入口です。変更は総務部まで。\nhttps://wiki.sakura-travel.example/ivr/main"),
                     ("hours", "営業時間は {{arn:hours-of-operation:本社営業時間}} を見ています。")]
    d.log()
    d.run(to_module("共通初期化"))
    d.play(prompt("00_welcome_ja.wav"))
    if not old:
        d.run(to_module("災害情報チェック"), results={"Alert": "notice", "Normal": "hours"}, error="hours")
        d.goto(to_flow("台風・災害のお知らせ"), label="notice", error="hours")
    d.open_hours(hours("本社営業時間"), label="hours", error="sorry")
    d.goto(to_flow("言語選択 / Language"), label="open")
    d.goto(to_flow("営業時間外案内"), label="closed")
    d.say("申し訳ございません。おかけ直しください。さくらトラベルでした。", label="sorry")
    d.hangup()


@flow("language-choice", "言語選択 / Language", target=OLD, look="new", description="日本語 English 中文")
def language_choice(d, old):
    d.on_error = "ja"
    options = {"1": "ja", "2": "en", "3": "zh"} if not old else {"1": "ja", "2": "en"}
    d.menu("日本語は1、For English, press 2. 中文请按3。" if not old else "日本語は1、For English, press 2.",
           options, timeout="ja", other="ja")
    d.attributes({"language": "ja"}, label="ja")
    d.run(to_module("言語設定 / Language"))
    d.goto(to_flow("代表メニュー (日本語)"), error="bye")
    d.attributes({"language": "en"}, label="en")
    if old:
        d.goto(to_flow("English Desk"), error="bye")
    else:
        d.goto(to_flow("Main menu (English)"), error="bye")
        d.attributes({"language": "zh"}, label="zh")
        d.goto(to_flow("中文デスク"), error="bye")
    d.hangup(label="bye")


# A circle of two: the menus lead to each other.
@flow("menu-ja", "代表メニュー (日本語)", target=OLD, look="old", description="", hand="compact")
def menu_ja(d, old):
    d.on_error = "lost"
    if old:
        d.menu("国内ツアーは1、海外ツアーは2、航空券は3、ホテルは4、その他は0を押してください。",
               {"1": "dom", "2": "ovs", "3": "air", "4": "hotel", "0": "care"}, timeout="b1", other="b1")
    else:
        d.menu("ツアーのご予約は1、航空券・ホテルは2、ご予約の変更・取消は3、会員の方は4、その他は0を押してください。",
               {"1": "tours", "2": "parts", "3": "change", "4": "club", "0": "care", "8": "info", "9": "english"},
               wait=8, timeout="again", other="again")
        d.loop(3, again="b1", done="care", label="again")
        d.menu("国内は1、海外は2、クルーズは3、団体は4、国内と海外の周遊は5を押してください。",
               {"1": "dom", "2": "ovs", "3": "cruise", "4": "group", "5": "both"}, timeout="b1", other="b1", label="tours")
        d.menu("航空券は1、ホテルは2、新幹線は3、レンタカーは4、航空券とホテルのセットは5を押してください。",
               {"1": "air", "2": "hotel", "3": "jr", "4": "car", "5": "set"}, timeout="b1", other="b1", label="parts")
        for label, name in (("cruise", "クルーズ デスク"), ("group", "団体・修学旅行 デスク"), ("both", "国内+海外 周遊受付"),
                            ("jr", "新幹線・JRきっぷ デスク"), ("car", "レンタカー デスク"),
                            ("set", "航空券/ホテル セット受付"), ("change", "キャンセル・変更受付"),
                            ("club", "さくらクラブ会員窓口"), ("info", "ツアー情報 1 北海道"),
                            ("english", "Main menu (English)")):
            d.goto(to_flow(name), label=label)
    for label, name in (("dom", "国内ツアー デスク"), ("ovs", "海外ツアー デスク"), ("air", "航空券 デスク"),
                        ("hotel", "ホテル デスク"), ("care", "お客様相談室")):
        d.goto(to_flow(name), label=label)
    d.say("申し訳ございません。お電話をおつなぎできませんでした。さくらトラベルでした。", label="lost")
    d.hangup()


@flow("menu-en", "Main menu (English)", target=NEW, description="English main menu", look="new")
def menu_en(d, old):
    d.on_error = "sorry"
    d.voice("Joanna")
    d.play(prompt("00_welcome_en.wav"))
    d.menu("For flights, press 1. For hotels and packages, press 2. For changes, press 3. "
           "For our concierge, press 4. For Japanese, press 9.",
           {"1": "air", "2": "tour", "3": "change", "4": "vip", "9": "ja"}, wait=8, timeout="desk", other="desk",
           label="choose")
    d.goto(to_flow("航空券 デスク"), label="air")
    d.goto(to_flow("O'Hare & Narita <airport> desk"), label="tour")
    d.goto(to_flow("キャンセル・変更受付"), label="change")
    d.goto(to_flow("VIP Concierge Desk"), label="vip")
    d.goto(to_flow("代表メニュー (日本語)"), label="ja")
    d.goto(to_flow("English Desk"), label="desk")
    d.say("We are sorry. Sakura Travel could not connect your call.", label="sorry")
    d.hangup()


@flow("typhoon", "台風・災害のお知らせ", target=NEW, description="運休と払い戻しの案内。災害時のみ", tags={"team": "front", "season": "2025/08-10"})
def typhoon(d, old):
    d.on_error = "bye"
    d.play(prompt("台風のお知らせ.wav"))
    d.call(function("sakura-disaster-feed"), {"area": "$.Attributes.area", "hours": hours("本社営業時間").bare(),
                                              "notify": "sns:typhoon;queue={{arn:queue:海外緊急24h}}"})
    d.say("<speak>本日、<break time=\"200ms\"/>$.External.area 方面で運休が発生しています。取消料はいただきません。</speak>")
    d.menu("ツアーの取り消しは1、現地にいらっしゃるお客様は2を押してください。", {"1": "cancel", "2": "sos"},
           timeout="bye", other="bye")
    d.goto(to_flow("キャンセル・変更受付"), label="cancel")
    d.goto(to_flow("海外緊急サポート 24h"), label="sos")
    d.hangup(label="bye")


@flow("after-hours", "営業時間外案内", target=OLD, description="営業時間外のご案内と折り返し受付", look="old", hand="crlf")
def after_hours(d, old):
    d.on_error = "bye"
    d.say("お電話ありがとうございます。さくらトラベルです。本日の営業は終了いたしました。")
    if not old:
        d.open_hours(hours("年末年始 2025/26"), open="season", closed="offer", error="offer")
        d.goto(to_flow("年末年始のご案内 "), label="season", error="offer")
        d.menu("海外で緊急の方は1、翌営業日の折り返しをご希望の方は2を押してください。", {"1": "sos", "2": "callback"},
               timeout="bye", other="bye", label="offer")
        d.goto(to_flow("折り返し予約"), label="callback")
    d.goto(to_flow("海外緊急サポート 24h"), label="sos")
    d.say("またのお電話をお待ちしております。", label="bye")
    d.hangup()


@flow("night", " 深夜受付 (転送)", target=OLD, description="先頭に空白のある名前", look="plain")
def night(d, old):
    d.on_error = "bye"
    d.say("深夜受付でございます。さくらトラベル 夜間デスクへおつなぎします。")
    d.set_queue(queue(" 夜間受付") if not old else queue("海外緊急24h"))
    d.to_queue(full="bye")
    d.hangup(label="bye")


@flow("new-year", "年末年始のご案内 ", target=RETOUCHED, description="2025-12-29 から 2026-01-04 まで",
      target_description="2024-12-29 から 2025-01-05 まで", tags={"season": "new-year"})
def new_year(d, old):
    d.on_error = "bye"
    d.play(prompt("年末年始.wav"))
    d.say("新年は1月5日から営業いたします。よいお年をお迎えください。")
    d.hangup(label="bye")


@flow("closed-today", "臨時休業アナウンス", target=SAME, look="old", hand="pretty4")
def closed_today(d, old):
    d.table(Ref("data-table", "臨時休業フラグ").bare(), "flag", ["message"], {"center": "tokyo"}, error="say")
    d.say("本日は臨時休業とさせていただいております。ご不便をおかけいたします。", label="say")
    d.hangup()


@flow("ab-menu", "A/B テスト: 新メニュー 50%", target=NEW, description="新旧メニューの比較。2週間で終了", tags={"experiment": "menu-2026"})
def ab_menu(d, old):
    d.on_error = "old"
    d.split([(30, "lex"), (20, "new")], rest="old")
    d.lex("ご用件をどうぞ。たとえば、沖縄のホテルを予約したい、とお話しください。", bot("SakuraTravelBot/live"),
          {"BookTour": "tour", "BookHotel": "hotel", "Cancel": "cancel"},
          session={"x-amz-lex:audio:start-timeout-ms:*:*": "4000", "fallbackQueue": queue("国内ツアー予約")},
          label="lex", error="old")
    d.goto(to_flow("国内ツアー デスク"), label="tour")
    d.goto(to_flow("ホテル デスク"), label="hotel")
    d.goto(to_flow("キャンセル・変更受付"), label="cancel")
    d.goto(to_flow("🌸 桜まつりツアー特設"), label="new")
    d.goto(to_flow("代表メニュー (日本語)"), label="old", next="bye", error="bye")
    d.hangup(label="bye")


@flow("refund-100", "100% 返金保証キャンペーン", target=NEW, description="春のキャンペーン専用番号", look="old")
def refund_100(d, old):
    d.on_error = "bye"
    d.play(prompt("chime+bell 100%.wav"))
    d.say("100%返金保証キャンペーンの専用窓口です。")
    d.attributes({"campaign": "refund100%", "deskQueueArn": queue("100%返金窓口")})
    d.set_queue("$.Attributes.deskQueueArn")
    d.to_queue(full="bye")
    d.hangup(label="bye")


@flow("special-offer", "\"特典\"のご案内", target=NEW, description="会員向け \"特典\" (引用符のある名前)", hand="pretty")
def special_offer(d, old):
    d.on_error = "bye"
    d.play(prompt("Sakura \"jingle\" 15s.wav"))
    d.say("本日の特典は、温泉旅館の夕食アップグレードです。")
    d.set_queue(queue("\"特典\"デスク"))
    d.to_queue(full="bye")
    d.hangup(label="bye")


@flow("cherry", "🌸 桜まつりツアー特設", target=NEW, description="🌸 3月1日から4月15日まで", hand="escaped",
      tags={"season": "spring", "部署": "国内ツアー課"})
def cherry(d, old):
    d.on_error = "bye"
    d.say("🌸 桜まつりツアー特設窓口です。開花情報をお知らせします。")
    d.run(to_module("🎌 祝日チェック"), results={"Holiday": "busy", "Weekday": "queue"},
          inputs={"date": "$.Attributes.today"}, error="queue")
    d.say("本日は大変混み合っております。", label="busy")
    d.set_queue(queue("🌸桜まつり"), label="queue")
    d.to_queue(full="bye")
    d.hangup(label="bye")


@flow("old-folder", "C:\\IVR\\old menu", target=NEW, description="バックスラッシュのある名前")
def old_folder(d, old):
    d.on_error = "bye"
    d.say("この番号は変更になりました。")
    d.goto(to_flow("代表電話受付"), error="bye")
    d.hangup(label="bye")


# A circle of seven: recorded information, region after region, and round again.
_REGIONS = [
    ("1 北海道", "札幌、小樽、富良野", "北海道は、ラベンダーの見頃を迎えています。"),
    ("2 東北", "仙台、角館、弘前", "東北三大祭りのツアーを受付中です。"),
    ("3 関東", "箱根、日光、鎌倉", "箱根温泉の平日プランがお得です。"),
    ("4 関西", "京都、奈良、神戸", "京都の紅葉ライトアップは11月下旬からです。"),
    ("5 中国・四国", "広島、松山、直島", "瀬戸内の島めぐりクルーズをご案内します。"),
    ("6 九州", "由布院、長崎、屋久島", "由布院温泉の露天風呂付き客室に空きがございます。"),
    ("7 沖縄", "那覇、石垣、宮古", "石垣島の直行便セットを発売しました。"),
]


def _region(number):
    title, places, news = _REGIONS[number]
    following = _REGIONS[(number + 1) % len(_REGIONS)][0]

    @flow(f"info-{number + 1}", f"ツアー情報 {title}", target=NEW, description=f"テープ案内: {places}", tags={"series": "info"})
    def info(d, old):
        d.on_error = "bye"
        d.say(f"{places}のツアー情報です。{news}")
        d.menu("次の地方は1、予約は2、終了は9を押してください。", {"1": "next", "2": "book", "9": "bye"}, timeout="next", other="next")
        d.goto(to_flow(f"ツアー情報 {following}"), label="next")
        d.goto(to_flow("国内ツアー デスク"), label="book")
        d.hangup(label="bye")


for _number in range(len(_REGIONS)):
    _region(_number)
