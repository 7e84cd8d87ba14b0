"""The desks: a greeting, what the desk wants to know, its queue."""

from lib.flow_document import bot, flow as to_flow, function, hours, module as to_module, prompt, queue, user, view, Ref

from .registry import NEW, OLD, RESPACED, RETOUCHED, SAME, flow


def to_desk(d, desk, *, waiting=None, whisper=None, hold=None, priority=None, closed="営業時間外案内", next_hint=None):
    """The common end of a desk: hooks, queue, and what happens when it is full or closed."""
    if waiting:
        d.hook("CustomerQueue", to_flow(waiting), label="hooks")
    if whisper:
        d.hook("AgentWhisper", to_flow(whisper))
    if hold:
        d.hook("CustomerHold", to_flow(hold))
    if priority:
        d.priority(priority)
    d.set_queue(desk, label="queue")
    d.to_queue(full="full")
    d.say(next_hint or "ただいま大変混み合っております。しばらくたってからおかけ直しください。", label="full")
    d.hangup(label="bye")
    if closed:
        d.goto(to_flow(closed), label="closed", next="bye", error="bye")


@flow("domestic", "国内ツアー デスク", target=OLD, description="国内パッケージツアー", tags={"team": "domestic"}, look="new", hand="pretty")
def domestic(d, old):
    d.on_error = "bye"
    d.run(to_module("共通初期化"))
    d.open_hours(hours("国内デスク"), error="bye")
    d.say("国内ツアーデスクです。お電話ありがとうございます。さくらトラベルです。", label="open")
    if not old:
        d.run(to_module("VIP判定"), inputs={"customerId": "$.Attributes.customerId"},
              results={"VIP": "vip", "Standard": "ask"}, error="ask")
        d.goto(to_flow("VIP Concierge Desk"), label="vip", error="ask")
        d.menu("新規のご予約は1、ご予約の確認は2を押してください。", {"1": "hooks", "2": "check"}, timeout="hooks", other="hooks", label="ask")
        d.goto(to_flow("予約照会 セルフサービス"), label="check", error="hooks")
    to_desk(d, queue("国内ツアー予約"), waiting="待ち呼 国内ツアー", whisper="ささやき 国内ツアー", hold="保留音 標準")


@flow("overseas", "海外ツアー デスク", target=OLD, description="海外パッケージツアー", tags={"team": "overseas"}, look="old")
def overseas(d, old):
    d.on_error = "bye"
    d.open_hours(hours("海外デスク"), error="bye")
    d.say("海外ツアーデスクです。さくらトラベルへようこそ。", label="open")
    d.call(function("group-currency-rate"), {"pair": "USDJPY"})
    d.say("本日の基準レートは、1ドル $.External.rate 円です。")
    if not old:
        d.run(to_module("本人確認").by_alias("live"), results={"Verified": "known", "Failed": "hooks"},
              inputs={"customerId": "$.Attributes.customerId"}, error="hooks")
        d.attributes({"verified": "yes", "routing": Ref("routing-profile", "海外ツアー担当")}, label="known")
    to_desk(d, queue("海外ツアー予約"), waiting="待ち呼 海外ツアー", whisper="ささやき 海外ツアー")


@flow("air", "航空券 デスク", target=OLD, tags={"team": "air"}, description="国内線・国際線", look="new", friendly=False)
def air(d, old):
    d.on_error = "bye"
    d.open_hours(hours("本社営業時間"), error="bye")
    d.menu("国内線は1、国際線は2を押してください。" if old else "国内線は1、国際線は2、運航状況は3を押してください。",
           {"1": "hooks", "2": "int"} if old else {"1": "hooks", "2": "int", "3": "status"},
           timeout="hooks", other="hooks", label="open")
    d.attributes({"haul": "international", "language": "ja"}, label="int", next="hooks")
    if not old:
        d.goto(to_flow("出発便案内 セルフサービス"), label="status", error="hooks", next="hooks")
    to_desk(d, queue("航空券予約").bare() if not old else queue("航空券予約"), waiting="待ち呼 航空券", whisper="ささやき 航空券")


@flow("hotel", "ホテル デスク", target=OLD, tags={"team": "hotel"}, description="", hand="pretty4")
def hotel(d, old):
    d.on_error = "bye"
    d.open_hours(hours("本社営業時間").bare(), error="bye")
    d.say("ホテルデスクです。空室を確認いたします。", label="open")
    if not old:
        d.call(function("dev-hotel-inventory"), {"area": "$.Attributes.area", "nights": "2"})
        d.say("本日ご案内できるお部屋は、$.External.rooms 室です。")
    to_desk(d, queue("ホテル予約"), waiting="待ち呼 ホテル", whisper="ささやき 標準")


@flow("jr", "新幹線・JRきっぷ デスク", target=OLD, look="plain", description="きっぷの手配")
def jr(d, old):
    d.on_error = "bye"
    d.play(prompt("区間案内/新幹線.wav"))
    d.say("さくらトラベル、きっぷデスクです。")
    to_desk(d, queue("JR・新幹線"), whisper="ささやき 標準", closed=None)


@flow("cruise", "クルーズ デスク", target=NEW, description="船旅", tags={"team": "cruise"})
def cruise(d, old):
    d.on_error = "bye"
    d.run(to_module("共通初期化"))
    d.open_hours(hours("海外デスク"), error="bye")
    d.call(function("dev-cruise-cabins"), {"ship": "$.Attributes.ship", "desk": queue("クルーズ")}, label="open")
    d.compare("$.External.cabins", [("NumberGreaterThan", "0", "hooks"), ("Equals", "soldout", "sold")], other="hooks")
    d.say("ご希望の便は満室です。キャンセル待ちを承ります。", label="sold")
    to_desk(d, queue("クルーズ"), waiting="待ち呼 クルーズ", whisper="ささやき 標準")


@flow("car", "レンタカー デスク", target=NEW, look="none", description="提携レンタカー")
def car(d, old):
    d.on_error = "bye"
    d.say("レンタカーデスクです。提携会社へおつなぎすることがあります。")
    d.call(function("sakura-booking-search"), {"kind": "car"})
    d.compare("$.External.partner", {"yes": "partner"}, other="queue")
    d.third_party("$.External.partnerPhone", caller="+815031110002", label="partner", failed="queue", next="bye")
    to_desk(d, queue("レンタカー"), closed=None)


@flow("group", "団体・修学旅行 デスク", target=NEW, description="15名様以上", tags={"team": "group"}, look="old")
def group(d, old):
    d.on_error = "bye"
    d.run(to_module("営業時間チェック"), results={"Open": "ask", "Closed": "closed"}, error="closed")
    d.menu("修学旅行は1、職場・サークルの団体は2を押してください。", {"1": "school", "2": "queue"}, timeout="queue", other="queue", label="ask")
    d.attributes({"segment": "school", "leader": user("hanako.yamada")}, label="school")
    d.add("UpdateContactRoutingCriteria", {"RoutingCriteria": {"Steps": [
        {"Expression": {"AttributeCondition": {"ComparisonOperator": "Match", "MatchCriteria": {
            "AgentsCriteria": {"AgentIds": [str(user("hanako.yamada").bare()), str(user("ken.ito"))]}}}},
         "Expiry": {"DurationInSeconds": "30"}},
        {"Expression": {"AttributeCondition": {"Name": "担当エリア", "Value": "団体", "ProficiencyLevel": "3",
                                               "ComparisonOperator": "NumberGreaterOrEqualTo"}}}]}},
        errors=["NoMatchingError"])
    to_desk(d, queue("団体・修学旅行"), waiting="待ち呼 標準")


@flow("vip-upper", "VIP Concierge Desk", target=OLD, description="Concierge for platinum members", look="new")
def vip_upper(d, old):
    d.on_error = "bye"
    d.say("いつもさくらトラベルをご利用いただきありがとうございます。コンシェルジュにおつなぎします。")
    d.metric("NumberOfAgentsAvailable", queue("Platinum"), yes="queue", no="leader")
    d.set_agent(user("vip-desk_leader"), label="leader", next="go")
    d.set_queue(queue("Platinum"), label="queue")
    if not old:
        d.priority(1)
    d.to_queue(label="go", full="bye")
    d.hangup(label="bye")


# The same name but for its case: the desk for partners' members.
@flow("vip-lower", "VIP concierge desk", target=NEW, description="Partner members (mind the case of the name)")
def vip_lower(d, old):
    d.on_error = "bye"
    d.metric("NumberOfContactsInQueue", queue("PLATINUM"), operator="NumberLessOrEqualTo", operand="2", yes="queue", no="over")
    d.set_queue(queue("PLATINUM"), label="queue")
    d.to_queue(full="over")
    d.goto(to_flow("VIP Concierge Desk"), label="over", error="bye")
    d.hangup(label="bye")


@flow("club", "さくらクラブ会員窓口", target=OLD, tags={"team": "club"})
def club(d, old):
    d.on_error = "bye"
    d.run(to_module("本人確認").bare() if old else to_module("本人確認").bare().at("$LATEST"),
          results={"Verified": "hello", "Failed": "queue"} if old else
          {"Verified": "hello", "Failed": "queue", "Locked": "bye"},
          inputs={"customerId": "$.Attributes.customerId"} | ({} if old else {"attempts": 3}), error="queue", other="queue")
    d.say("会員さま、いつもありがとうございます。さくらトラベルです。", label="hello")
    if not old:
        d.menu("ポイントのお問い合わせは1、特典は2、ご予約は3を押してください。", {"1": "points", "2": "gift", "3": "queue"}, timeout="queue", other="queue")
        d.add("GetCustomerProfile", {"ProfileRequestData": {"PhoneNumber": "$.CustomerEndpoint.Address"},
                                     "ProfileResponseData": ["FirstName", "LastName", "Attributes.points"]},
              errors=["MultipleFoundError", "NoneFoundError", "NoMatchingError"], error="queue", label="points")
        d.say("$.Customer.LastName 様のポイントは $.Customer.Attributes.points です。", next="queue")
        d.goto(to_flow("\"特典\"のご案内"), label="gift")
    to_desk(d, queue("さくらクラブ会員"), closed=None)


@flow("care", "お客様相談室", target=OLD, description="ご意見・苦情", tags={"team": "care"}, look="new", hand="crlf")
def care(d, old):
    d.on_error = "bye"
    d.say("お客様相談室です。さくらトラベルへのご意見を承ります。")
    d.run(to_module("録音同意"), results={"Agreed": "hooks", "Declined": "hooks"}, error="hooks", other="hooks")
    d.hook("CustomerQueue", to_flow("Default customer queue"), label="hooks")
    if not old:
        d.run(to_module("フォローアップ作成"), inputs={"reason": "お客様相談室"})
        d.run(to_module("アンケート案内"), results={"Offered": "queue", "Skipped": "queue"}, error="queue")
    d.set_queue(queue("お客様相談室"), label="queue")
    d.to_queue(full="bye")
    d.hangup(label="bye")


# A circle of three: change, fee, refund.
@flow("change", "キャンセル・変更受付", target=NEW, description="変更と取消の入口", tags={"team": "change"})
def change(d, old):
    d.on_error = "bye"
    d.run(to_module("予約番号入力"), results={"Entered": "ask", "None": "queue"}, error="queue", other="queue")
    d.menu("取消料のご案内は1、変更のご希望は2を押してください。", {"1": "fee", "2": "queue"}, timeout="queue", other="queue", label="ask")
    d.goto(to_flow("キャンセル料のご案内"), label="fee")
    d.run(to_module("画面ガイド起動"), label="queue")
    d.set_queue(queue("キャンセル・変更"))
    d.to_queue(full="bye")
    d.hangup(label="bye")


@flow("fee", "キャンセル料のご案内", target=NEW, description="標準旅行業約款による取消料")
def fee(d, old):
    d.on_error = "bye"
    d.table(Ref("data-table", "キャンセル料率"), "rate", ["percent", "until"], {"plan": "$.Attributes.plan"})
    d.call(function("sakura-cancel-fee"), {"booking": "$.Attributes.bookingNumber", "table": Ref("data-table", "キャンセル料率").bare()})
    d.say("<speak>取消料は、<say-as interpret-as=\"cardinal\">$.External.percent</say-as>パーセント、"
          "$.External.yen 円です。出発日の前日から起算して20日前以降は20%、7日前以降は30%、前日は40%、当日は50%です。</speak>")
    d.menu("取り消しの手続きに進む場合は1、戻る場合は9を押してください。", {"1": "refund", "9": "back"}, timeout="bye", other="bye")
    d.goto(to_flow("返金手続き"), label="refund")
    d.goto(to_flow("キャンセル・変更受付"), label="back")
    d.hangup(label="bye")


@flow("refund", "返金手続き", target=NEW, description="返金先の確認", look="old")
def refund(d, old):
    d.on_error = "bye"
    d.flow_attributes({"cardKeyId": "$.External.keyId", "cardKeyPem": "$.External.keyPem"})
    d.keys_in("返金先カードの下4桁を入力してください。", length=4, secret=True)
    d.call(function("sakura-payment-token"), {"last4": "$.StoredCustomerInput"})
    d.task("返金 $.Attributes.bookingNumber", to_flow("タスク受付: 返金処理"), template=Ref("task-template", "返金処理", "id"),
           inputs={"queue": queue("請求・支払い"), "percent": "$.External.percent"})
    d.menu("ほかのご予約の取り消しは1を押してください。", {"1": "more"}, timeout="bye", other="bye")
    d.goto(to_flow("キャンセル・変更受付"), label="more")
    d.hangup(label="bye")


@flow("payment", "お支払い・請求のお問い合わせ", target=OLD)
def payment(d, old):
    d.on_error = "bye"
    d.say("お支払い窓口です。さくらトラベルの請求書番号をご用意ください。")
    d.keys_in("請求書番号を入力してください。", length=10)
    d.attributes({"invoice": "$.StoredCustomerInput", "deskQueue": queue("請求・支払い") if not old else "billing"})
    d.set_queue(queue("請求・支払い"))
    d.to_queue(full="bye")
    d.hangup(label="bye")


@flow("insurance", "旅行保険", target=OLD, look="old")
def insurance(d, old):
    d.on_error = "bye"
    d.menu("ご加入は1、事故のご連絡は2を押してください。", {"1": "queue", "2": "sos"}, timeout="queue", other="queue")
    d.goto(to_flow("海外緊急サポート 24h"), label="sos")
    d.say("さくらトラベル保険担当におつなぎします。", label="queue")
    d.set_queue(queue("旅行保険"))
    d.to_queue(full="bye")
    d.hangup(label="bye")


@flow("emergency", "海外緊急サポート 24h", target=OLD, description="24時間365日", tags={"team": "emergency", "critical": "yes"},
      target_tags={"team": "emergency", "critical": "yes", "on-call": "+81-90-0000-0000"}, look="new")
def emergency(d, old):
    d.on_error = "outside"
    d.log()
    d.say("さくらトラベル海外緊急サポートです。Emergency support. Please stay on the line.")
    d.hook("CustomerQueue", to_flow("待ち呼 緊急"))
    d.priority(1)
    if not old:
        d.metric("NumberOfAgentsStaffed", queue("海外緊急24h"), yes="queue", no="outside")
    d.set_queue(queue("海外緊急24h"), label="queue")
    d.to_queue(full="outside")
    d.third_party("$.Attributes.onCallPhone", caller="+81312340003" if old else "+815031110003", label="outside", failed="bye")
    d.hangup(label="bye")


@flow("english", "English Desk", target=OLD, tags={"team": "english", "lang": "en"}, description="English speaking agents")
def english(d, old):
    d.on_error = "bye"
    d.voice("Joanna")
    d.open_hours(hours("English desk hours"), error="bye")
    d.say("Thank you for calling Sakura Travel. An agent will be with you shortly.", label="open")
    if not old:
        d.run(to_module("Identity Check").by_alias("live"))
    d.hook("CustomerQueue", to_flow("Queue music (English)"))
    d.set_queue(queue("English Desk"))
    d.to_queue(full="bye")
    d.say("Our English desk is closed now. Please call again.", label="closed")
    d.hangup(label="bye")


@flow("chinese", "中文デスク", target=NEW, description="中文客服", tags={"lang": "zh"})
def chinese(d, old):
    d.on_error = "bye"
    d.voice("Zhiyu")
    d.say("感谢您致电樱花旅行。正在为您转接中文客服。")
    d.set_agent(user("mei.chen").bare())
    d.to_queue(full="queue", error="queue", next="queue")
    d.set_queue(queue("中文デスク"), label="queue")
    d.to_queue(full="bye")
    d.hangup(label="bye")


@flow("air-hotel", "航空券/ホテル セット受付", target=NEW, hand="slashed", look="new", description="ダイナミックパッケージ")
def air_hotel(d, old):
    d.on_error = "bye"
    d.say("航空券/ホテル セットの窓口です。24/7 でオンライン予約も承ります。")
    d.set_queue(queue("航空券/ホテル セット"))
    d.hook("CustomerWhisper", to_flow("お客様ささやき 標準"))
    d.to_queue(full="bye")
    d.hangup(label="bye")


@flow("both", "国内+海外 周遊受付", target=NEW, description="国内+海外", look="old")
def both(d, old):
    d.on_error = "bye"
    d.say("国内と海外をめぐる周遊プランの窓口です。")
    d.compare("$.Attributes.queueId", {str(queue("国内+海外").bare()): "queue", str(queue("国内ツアー予約")): "dom"}, other="queue")
    d.goto(to_flow("国内ツアー デスク"), label="dom")
    d.set_queue(queue("国内+海外"), label="queue")
    d.to_queue(full="bye")
    d.hangup(label="bye")


@flow("airport", "O'Hare & Narita <airport> desk", target=NEW, description="<b>Packages</b> & transfers", look="new", hand="spaced")
def airport(d, old):
    d.on_error = "bye"
    d.voice("Matthew")
    d.say("Sakura Travel airport packages. Let me check today's transfers.")
    d.call(function("sakura-flight-status"), {"airports": "ORD,NRT", "note": "<&>\"'"})
    d.set_queue(queue("O'Hare & Narita <airport>"))
    d.to_queue(full="bye")
    d.hangup(label="bye")


# Written on a machine that takes the voiced mark apart from its letter; production has the composed name too.
@flow("bus", "ハ\u3099スツアー受付", target=NEW, description="バスツアー (名前は分解形)", look="old")
def bus(d, old):
    d.on_error = "bye"
    d.say("バスツアーの窓口です。さくらトラベルをご利用いただきありがとうございます。")
    d.set_queue(queue("国内ツアー予約"))
    d.to_queue(full="bye")
    d.hangup(label="bye")


@flow("training", "研修用 受付", target=NEW, description="研修用の番号", tags={"env": "training"})
def training(d, old):
    d.on_error = "bye"
    d.play_s3("s3://sakura-travel-prompts/training/intro_$.LanguageCode.wav")
    d.say("研修用の受付です。")
    d.attributes({"traineeStatus": Ref("agent-status", "研修中"), "profile": Ref("security-profile", "Sakura-Agent")})
    d.set_queue(queue("研修用 "))
    d.to_queue(full="bye")
    d.hangup(label="bye")


# Production has it too, but nobody ever published it there.
@flow("test-desk", "テスト受付", target=OLD, target_status="SAVED", description="接続試験用", look="new")
def test_desk(d, old):
    d.on_error = "bye"
    d.say("接続試験です。さくらトラベル システム部。")
    d.set_queue(queue("テスト用キュー") if not old else queue("検証用キュー"))
    d.to_queue(full="bye")
    d.hangup(label="bye")


# A chain six deep, and nothing of it in the target: business travel, desk after desk.
def _corporate(slug, name, text, following, extra=None, **kw):
    @flow(slug, name, target=NEW, tags={"team": "corporate"}, **kw)
    def corporate(d, old):
        d.on_error = "bye"
        d.say(text)
        if extra:
            extra(d)
        if following:
            d.menu("次の手配に進む場合は1、担当者は2を押してください。", {"1": "next", "2": "queue"}, timeout="queue", other="queue")
            d.goto(to_flow(following), label="next")
        d.set_queue(queue("法人出張"), label="queue")
        d.to_queue(full="bye")
        d.hangup(label="bye")


_corporate("corp-1", "法人出張サポート", "法人出張サポートです。", "法人 2 航空券手配", description="法人契約のお客様",
           extra=lambda d: d.open_hours(hours("法人デスク 平日 8-20"), open="b3", closed="bye"))
_corporate("corp-2", "法人 2 航空券手配", "出張の航空券を手配します。", "法人 3 国際線")
_corporate("corp-3", "法人 3 国際線", "国際線の空席を確認します。", "法人 4 ビザ・渡航書類",
           extra=lambda d: d.call(function("sakura-flight-status"), {"cabin": "business"}))
_corporate("corp-4", "法人 4 ビザ・渡航書類", "渡航書類をご案内します。", "法人 5 承認確認", look="old")
_corporate("corp-5", "法人 5 承認確認", "御社の承認状況を確認します。", "法人 6 緊急手配",
           extra=lambda d: d.call(function("sakura-corp-approval"), {"by": "$.Attributes.employee"}))
_corporate("corp-6", "法人 6 緊急手配", "緊急の手配を承ります。", None, hand="pretty")
