"""The modules: what several desks share."""

from lib.flow_document import bot, flow as to_flow, function, hours, module as to_module, prompt, queue, view, Ref

from .registry import NEW, OLD, RESPACED, RETOUCHED, SAME, contract, module

LIVE = [{"name": "live", "version": 2}, {"name": "canary", "version": 1}]


@module("trace", "Log & Trace", target=SAME, description="Logging on, request id into the attributes",
        friendly=True, hand="pretty")
def trace(d, old):
    d.log("Enabled", label="Logging on")
    d.attributes({"traceId": "$.ContactId", "entry": "$.SystemEndpoint.Address"}, label="Note the contact")
    d.back(label="Return")


@module("common-init", "共通初期化", target=OLD, description="音声・録音・切断時処理の共通設定",
        tags={"team": "platform"}, target_tags={"team": "platform", "owner": "operations"})
def common_init(d, old):
    d.log()
    d.voice("Kazuha" if not old else "Mizuki", "Neural" if not old else "Standard")
    d.language("ja-JP")
    d.record()
    d.hook("CustomerHold", to_flow("保留音 標準"))
    if not old:
        d.run(to_module("Log & Trace").bare().at("$LATEST"))
    d.attributes({"brand": "さくらトラベル", "center": "tokyo"})
    d.back()


@module("crm-lookup", "CRM照会", target=OLD, description="電話番号から顧客を検索する",
        contract=contract({"phoneNumber": "string"}, {"Found": "見つかった", "NotFound": "該当なし"},
                          {"customerId": "string", "rank": "string"}))
def crm_lookup(d, old):
    d.on_error = "none"
    d.call(function("sakura-crm-lookup").at("live") if not old else function("sakura-crm-lookup"),
           {"phone": "$.CustomerEndpoint.Address", "fallbackQueue": queue("国内ツアー予約").bare(),
            "locale": "ja-JP"}, seconds=8)
    d.compare("$.External.found", {"true": "found"}, other="none")
    d.back("Found", {"customerId": "$.External.customerId", "rank": "$.External.rank"}, label="found")
    d.back("NotFound", label="none")


@module("identify", "本人確認", target=OLD, description="会員番号と生年月日による本人確認", tags={"team": "platform", "pii": "yes"},
        versions=2, aliases=LIVE,
        contract=contract({"customerId": "string", "attempts": "number"},
                          {"Verified": "確認できた", "Failed": "確認できない", "Locked": "回数超過"},
                          {"memberNumber": "string"}),
        old_contract=contract({"customerId": "string"}, {"Verified": "確認できた", "Failed": "確認できない"},
                              {"memberNumber": "string"}))
def identify(d, old):
    d.on_error = "failed"
    if not old:
        d.run(to_module("CRM照会"), results={"Found": "ask", "NotFound": "ask"},
              inputs={"phoneNumber": "$.CustomerEndpoint.Address"}, error="ask")
    d.say("ご本人さま確認をいたします。", label="ask")
    d.keys_in("8桁の会員番号を入力し、最後にシャープを押してください。", length=8, secret=True, label="number")
    d.attributes({"memberNumber": "$.StoredCustomerInput"})
    d.keys_in("続けて生年月日を、西暦8桁で入力してください。", length=8, label="birthday")
    d.call(function("sakura-crm-lookup").at("3"),
           {"member": "$.Attributes.memberNumber", "birthday": "$.StoredCustomerInput",
            "audit": "{\"by\":\"ivr\",\"flow\":\"{{arn:contact-flow:お客様相談室}}\"}"}, seconds=8)
    cases = {"ok": "verified"} if old else {"ok": "verified", "locked": "locked"}
    d.compare("$.External.result", cases, other="again")
    d.loop(2, again="number", done="failed", label="again")
    d.back("Verified", {"memberNumber": "$.Attributes.memberNumber"}, label="verified")
    if not old:
        d.back("Locked", label="locked")
    d.back("Failed", label="failed")


@module("identity-check", "Identity Check", target=OLD, look="old", description="Identity check in English",
        versions=1, aliases=[{"name": "live", "version": 1}])
def identity_check(d, old):
    d.on_error = "out"
    d.say("We would like to verify your identity. Thank you for calling Sakura Travel.")
    d.keys_in("Please enter your eight digit membership number, followed by the pound key.", length=8)
    d.call(function("sakura-crm-lookup").at("live"), {"member": "$.StoredCustomerInput", "locale": "en-US"})
    d.attributes({"verified": "$.External.result"})
    d.back(label="out")


# The same name but for its case, and another module altogether.
@module("identity-check-lower", "identity check", target=NEW, look="plain",
        description="Older check that some chat flows still use")
def identity_check_lower(d, old):
    d.lex("Please tell us your booking reference.", bot("SakuraChatBot/live"), {"GiveReference": "ok"},
          error="out")
    d.attributes({"bookingRef": "$.Lex.Slots.reference"}, label="ok")
    d.back(label="out")


@module("hours", "営業時間チェック", target=SAME,
        contract=contract(None, {"Open": "営業中", "Closed": "営業時間外"}))
def hours_check(d, old):
    d.open_hours(hours("本社営業時間"))
    d.back("Open", label="open")
    d.back("Closed", label="closed")


@module("holiday", "🎌 祝日チェック", target=NEW, hand="escaped", description="祝日カレンダー(データテーブル)を引く",
        contract=contract({"date": "string"}, {"Holiday": "祝日", "Weekday": "平日"}))
def holiday(d, old):
    d.on_error = "weekday"
    d.table(Ref("data-table", "祝日カレンダー"), "today", ["name", "kind"], {"date": "$.Modules.Input.date"})
    d.call(function("sakura-holiday-check"), {"date": "$.Modules.Input.date", "kind": "$.DataTables.today.kind"})
    d.compare("$.External.holiday", {"true": "holiday"}, other="weekday")
    d.back("Holiday", label="holiday")
    d.back("Weekday", label="weekday")


@module("language", "言語設定 / Language", target=RESPACED, description="")
def language(d, old):
    d.on_error = "out"
    d.compare("$.Attributes.language", {"en": "en", "zh": "zh"}, other="ja")
    d.voice("Kazuha", label="ja")
    d.language("ja-JP", next="out")
    d.voice("Joanna", label="en")
    d.language("en-US", next="out")
    d.voice("Zhiyu", label="zh")
    d.language("cmn-CN", next="out")
    d.back(label="out")


@module("consent", "録音同意", target=OLD, contract=contract(None, {"Agreed": "同意", "Declined": "同意しない"}))
def consent(d, old):
    d.on_error = "agreed"
    d.menu("この通話は、応対品質の向上のため録音させていただきます。録音を望まれない場合は、9を押してください。"
           if not old else "この通話は録音されます。望まれない場合は、9を押してください。",
           {"9": "declined"}, wait=3, timeout="agreed", other="agreed")
    d.record((), label="declined")
    d.back("Declined")
    d.record(label="agreed")
    d.back("Agreed")


# One half of a circle through a module: the survey flow invokes this module, which names the survey flow.
@module("offer-survey", "アンケート案内", target=NEW, description="切断時に満足度アンケートへ案内する",
        contract=contract(None, {"Offered": "案内した", "Skipped": "案内しない"}))
def offer_survey(d, old):
    d.on_error = "skipped"
    d.compare("$.Attributes.surveyDone", {"true": "skipped"}, other="offer")
    d.hook("CustomerRemaining", to_flow("満足度アンケート"), label="offer")
    d.say("お話しのあと、かんたんなアンケートにご協力ください。")
    d.back("Offered")
    d.back("Skipped", label="skipped")


# And one through a task: module -> flow -> module -> flow.
@module("follow-up", "フォローアップ作成", target=NEW, description="担当者へのタスクを作る", look="new",
        contract=contract({"reason": "string"}))
def follow_up(d, old):
    d.on_error = "out"
    d.task("フォローアップ: $.Modules.Input.reason", to_flow("タスク: 苦情エスカレーション"),
           description="お客様へ 2 営業日以内に連絡する", inputs={
               "reason": "$.Modules.Input.reason", "evaluation": Ref("evaluation-form", "通話品質評価シート"),
               "team": Ref("hierarchy-group", "東京センター")},
           links={"予約画面": "https://booking.sakura-travel.example/c/$.Attributes.customerId"})
    d.back(label="out")


@module("callback-number", "折り返し番号の確認", target=OLD, hand="crlf",
        contract=contract(None, {"Ready": "番号が決まった", "Gave up": "取りやめ"}))
def callback_number(d, old):
    d.on_error = "gave-up"
    d.menu("おかけいただいた番号に折り返す場合は1を、別の番号をご希望の場合は2を押してください。",
           {"1": "same", "2": "other"}, timeout="same", other="again")
    d.loop(2 if not old else 1, again="b1", done="gave-up", label="again")
    d.callback_number("$.CustomerEndpoint.Address", label="same", invalid="other", next="ready")
    d.phone_in("折り返し先の電話番号を入力してください。", label="other", invalid="gave-up")
    d.callback_number(invalid="gave-up")
    d.back("Ready", label="ready")
    d.back("Gave up", label="gave-up")


@module("disaster", "災害情報チェック", target=RETOUCHED, description="台風・地震による運休情報",
        target_description="台風による運休情報", contract=contract(None, {"Alert": "注意報あり", "Normal": "平常"}))
def disaster(d, old):
    d.on_error = "normal"
    # The Region is written as a dynamic value, for the pair of Regions; the account is not.
    d.call("arn:aws:lambda:$.AwsRegion:{{account}}:function:sakura-disaster-feed", {"area": "$.Attributes.area"})
    d.compare("$.External.level", [("NumberGreaterOrEqualTo", "3", "alert")], other="normal")
    d.play(prompt("台風のお知らせ.wav"), label="alert")
    d.back("Alert")
    d.back("Normal", label="normal")


@module("vip", "VIP判定", target=NEW, contract=contract({"customerId": "string"}, {
    "VIP": "上位会員", "Standard": "一般"}, {"rank": "string", "points": "number"}))
def vip(d, old):
    d.on_error = "standard"
    d.call(function("sakura-vip-check"), {"customer": "$.Modules.Input.customerId"})
    d.compare("$.External.rank", {"platinum": "vip", "gold": "vip"}, other="standard")
    d.tag({"rank": "vip"}, label="vip")
    d.back("VIP", {"rank": "$.External.rank", "points": 20251231})
    d.back("Standard", label="standard")


@module("booking-number", "予約番号入力", target=NEW, hand="slashed",
        contract=contract(None, {"Entered": "入力済み", "None": "番号なし"}, {"bookingNumber": "string"}))
def booking_number(d, old):
    d.on_error = "none"
    d.keys_in("予約番号の数字6桁を入力してください。お手元にない場合はシャープだけを押してください。", length=6)
    d.call(function("sakura-booking-search").at("live"), {
        "number": "$.StoredCustomerInput", "deskQueue": queue("航空券/ホテル セット"),
        "page": "https://booking.sakura-travel.example/find?q=$.StoredCustomerInput"})
    d.compare("$.External.status", {"confirmed": "entered", "waitlisted": "entered"}, other="none")
    d.back("Entered", {"bookingNumber": "$.StoredCustomerInput"}, label="entered")
    d.back("None", label="none")


@module("guide-start", "画面ガイド起動", target=NEW, description="エージェント画面のガイドを決める")
def guide_start(d, old):
    # A bare flow id in a contact attribute: nothing but the service's convention says what it is.
    d.attributes({"DefaultFlowForAgentUI": to_flow("画面ガイド: 予約").bare(),
                  "DisconnectFlowForAgentUI": to_flow("画面ガイド: 後処理").bare(),
                  "customerCardView": view("お客様情報カード")})
    d.back()


@module("sms", "SMS送信", target=NEW, description="+番号から確認 SMS を送る")
def sms(d, old):
    d.on_error = "out"
    d.call(function("sakura-sms-template"), {"kind": "confirmation", "lang": "$.LanguageCode"})
    d.add("StartOutboundChatContact", {
        "SourceEndpoint": {"Type": "CONNECT_PHONENUMBER_ARN", "Address": "{{arn:phone-number:+815031110004}}"},
        "DestinationEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "$.CustomerEndpoint.Address"},
        "ContactFlowArn": str(to_flow("SMS 返信受付")), "ContactSubtype": "connect:SMS",
        "InitialSystemMessage": {"Content": "さくらトラベルです。ご予約を承りました。"},
        "RelatedContact": "CURRENT"}, errors=["NoMatchingError"])
    d.back(label="out")


@module("error-100", "共通エラー処理 100%", target=NEW, description="", look="old",
        contract=contract(None, {"Retry": "やり直す", "Give up": "切断する"}))
def error_100(d, old):
    d.on_error = "give-up"
    d.say("<speak>申し訳ございません。<break time=\"300ms\"/>ただいま処理が混み合っております。</speak>")
    d.call(function("sakura-crm-lookup"), {"log": "error", "instance": "{{instance-arn}}"})
    d.menu("もう一度試す場合は1を押してください。", {"1": "retry"}, timeout="give-up", other="give-up")
    d.back("Retry", label="retry")
    d.back("Give up", label="give-up")


@module("identify-2019", "旧 本人確認", target=NEW, state="ARCHIVED", description="2019年版。使わない")
def identify_2019(d, old):
    d.keys_in("電話番号の下4桁を入力してください。", length=4)
    d.back()
