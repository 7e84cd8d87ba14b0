"""Self-service, callbacks, surveys, chat, mail, messages, tasks and what agents see."""

from lib.flow_document import bot, flow as to_flow, function, hours, module as to_module, prompt, queue, user, view, Ref

from .registry import NEW, OLD, RESPACED, RETOUCHED, SAME, flow


# -- self-service ----------------------------------------------------------------------------------------

@flow("booking", "予約照会 セルフサービス", target=NEW, description="Lex による予約照会", look="new", tags={"bot": "yes"})
def booking(d, old):
    d.on_error = "desk"
    d.lex("ご予約番号、または代表者のお名前をお話しください。", bot("SakuraTravelBot/live"),
          {"FindBooking": "find", "Cancel": "cancel", "FallbackIntent": "retry"},
          session={"customerId": "$.Attributes.customerId", "x-amz-lex:allow-interrupt:*:*": "true"}, error="desk", label="ask")
    d.loop(1, again="ask", done="desk", label="retry")
    d.call(function("sakura-booking-search").at("live"), {"reference": "$.Lex.Slots.reference"}, label="find")
    d.say("$.External.date ご出発、$.External.plan です。")
    d.menu("もう一度お調べになる場合は1、オペレーターは0を押してください。", {"1": "self", "0": "desk"}, timeout="bye", other="bye")
    # A flow that transfers to itself.
    d.goto(to_flow("予約照会 セルフサービス"), label="self")
    d.goto(to_flow("キャンセル・変更受付"), label="cancel")
    d.goto(to_flow("国内ツアー デスク"), label="desk", error="bye", next="bye")
    d.hangup(label="bye")


@flow("departures", "出発便案内 セルフサービス", target=NEW, description="", friendly=True, look="new")
def departures(d, old):
    d.on_error = "Goodbye"
    d.keys_in("便名の数字を入力してください。", length=4, label="Ask flight number")
    d.call(function("sakura-flight-status"), {"flight": "$.StoredCustomerInput"}, label="Look up flight")
    d.compare("$.External.status", {"ontime": "On time", "delayed": "Delayed"}, other="Unknown flight", label="Which status")
    d.say("定刻どおりの予定です。", label="On time", next="Goodbye")
    d.say("およそ $.External.minutes 分遅れる見込みです。", label="Delayed", next="Goodbye")
    d.say("便が見つかりませんでした。", label="Unknown flight")
    d.hangup(label="Goodbye")


@flow("faq", "よくあるご質問 (FAQ)", target=OLD, description="FAQ ボット", look="old")
def faq(d, old):
    d.on_error = "bye"
    d.lex("ご質問をどうぞ。さくらトラベル FAQ です。", bot("SakuraFaqBot/global"),
          {"Baggage": "baggage", "Passport": "passport"} if not old else {"Baggage": "baggage"}, error="bye")
    d.say("機内持ち込みは、10キログラムまでです。", label="baggage", next="bye")
    if not old:
        d.say("パスポートの残存期間は6か月以上をお勧めします。", label="passport")
    d.hangup(label="bye")


@flow("keyword-v1", "キーワード検索 (Lex V1)", target=NEW, description="旧ボット。2026年に廃止予定", look="old")
def keyword_v1(d, old):
    d.on_error = "bye"
    d.lex_v1("キーワードをお話しください。", "SakuraKeywordBot", "ap-northeast-1", "live", {"Onsen": "onsen", "Beach": "beach"}, error="bye")
    d.goto(to_flow("ツアー情報 6 九州"), label="onsen")
    d.goto(to_flow("ツアー情報 7 沖縄"), label="beach")
    d.hangup(label="bye")


@flow("test-bot", "[試験] 音声ボット TestBotAlias", target=NEW, description="TSTALIASID を参照する", tags={"env": "test"})
def test_bot(d, old):
    d.on_error = "bye"
    d.lex("Test.", bot("SakuraTravelBot/TestBotAlias"), {"BookTour": "bye"}, error="bye")
    d.hangup(label="bye")


@flow("consent-flow", "録音のご案内", target=RESPACED, look="plain")
def consent_flow(d, old):
    d.run(to_module("録音同意"), results={"Agreed": "bye", "Declined": "bye"}, error="bye", other="bye")
    d.hangup(label="bye")


@flow("caller-id", "発信者番号照会", target=OLD, description="")
def caller_id(d, old):
    d.on_error = "bye"
    d.run(to_module("CRM照会"), inputs={"phoneNumber": "$.CustomerEndpoint.Address"},
          results={"Found": "known", "NotFound": "new"}, error="new")
    d.say("さくらトラベルでございます。いつもありがとうございます。", label="known", next="go")
    d.say("さくらトラベルでございます。はじめまして。", label="new")
    d.goto(to_flow("代表電話受付"), label="go")
    d.hangup(label="bye")


# The largest document: a hundred blocks.
_COUNTRIES = [
    ("アメリカ", "ESTA", "ドル"), ("カナダ", "eTA", "カナダドル"), ("イギリス", "ETA", "ポンド"), ("フランス", "不要", "ユーロ"),
    ("ドイツ", "不要", "ユーロ"), ("イタリア", "不要", "ユーロ"), ("スペイン", "不要", "ユーロ"), ("スイス", "不要", "フラン"),
    ("オーストリア", "不要", "ユーロ"), ("チェコ", "不要", "コルナ"), ("フィンランド", "不要", "ユーロ"), ("トルコ", "不要", "リラ"),
    ("エジプト", "到着時", "ポンド"), ("モロッコ", "不要", "ディルハム"), ("ケニア", "eTA", "シリング"), ("ドバイ", "不要", "ディルハム"),
    ("インド", "e-Visa", "ルピー"), ("ネパール", "到着時", "ルピー"), ("タイ", "不要", "バーツ"), ("ベトナム", "不要", "ドン"),
    ("カンボジア", "e-Visa", "リエル"), ("シンガポール", "不要", "ドル"), ("インドネシア", "到着時", "ルピア"), ("マレーシア", "不要", "リンギット"),
    ("フィリピン", "不要", "ペソ"), ("台湾", "不要", "元"), ("韓国", "不要", "ウォン"), ("中国", "要確認", "元"),
    ("オーストラリア", "ETA", "豪ドル"), ("ニュージーランド", "NZeTA", "NZドル"), ("ハワイ", "ESTA", "ドル"), ("グアム", "ESTA", "ドル"),
]


@flow("countries", "渡航先別のご案内 (32の国と地域)", target=NEW, description="ビザ・通貨・時差", look="new", hand="compact")
def countries(d, old):
    d.on_error = "bye"
    d.keys_in("渡航先の番号2桁を入力してください。", length=2, label="ask")
    d.compare("$.StoredCustomerInput", {f"{number + 1:02d}": f"c{number}" for number in range(len(_COUNTRIES))}, other="desk")
    for number, (name, visa, currency) in enumerate(_COUNTRIES):
        d.attributes({"country": name, "visa": visa, "desk": queue("海外ツアー予約")}, label=f"c{number}")
        d.call(function("group-currency-rate"), {"currency": currency})
        d.say(f"{name}へのご渡航の手続きは「{visa}」です。現地通貨は{currency}、本日の相場は $.External.rate 円です。", next="more")
    d.menu("続けてお聞きになる場合は1を押してください。", {"1": "ask"}, timeout="bye", other="bye", label="more")
    d.goto(to_flow("海外ツアー デスク"), label="desk")
    d.hangup(label="bye")


# -- callbacks: a circle through a hook and a callback ------------------------------------------------------

@flow("callback", "折り返し予約", target=NEW, description="折り返し電話の予約", look="new", hand="pretty")
def callback(d, old):
    d.on_error = "bye"
    d.run(to_module("折り返し番号の確認"), results={"Ready": "window", "Gave up": "bye"}, error="bye", other="bye")
    d.call(function("sakura-callback-window"), {"tz": "Asia/Tokyo"}, label="window")
    d.hook("CustomerQueue", to_flow("待ち呼 折り返し"))
    d.set_queue(queue("国内ツアー予約"))
    d.callback(queue("国内ツアー予約"), entry=to_flow("折り返し発信"), caller="+815031110002", delay=99, attempts=3)
    d.say("承りました。$.External.window ごろにお電話いたします。")
    d.hangup(label="bye")


@flow("callback-out", "折り返し発信", target=NEW, description="折り返しがつながったとき")
def callback_out(d, old):
    d.on_error = "bye"
    d.say("さくらトラベルです。お待たせいたしました。担当者におつなぎします。")
    d.hook("CustomerQueue", to_flow("待ち呼 折り返し"))
    d.to_queue(full="bye")
    d.hangup(label="bye")


# -- surveys: a circle through a module -------------------------------------------------------------------

@flow("survey", "満足度アンケート", target=NEW, description="切断時に流れる", look="new", tags={"team": "quality"})
def survey(d, old):
    d.on_error = "thanks"
    d.run(to_module("アンケート案内").bare(), results={"Offered": "ask", "Skipped": "bye"}, error="ask", other="ask")
    d.menu("本日の応対はいかがでしたか。とても良いは5、悪いは1を押してください。",
           {"1": "bad", "2": "bad", "3": "ok", "4": "ok", "5": "ok"}, timeout="bye", other="thanks", label="ask")
    d.run(to_module("フォローアップ作成"), inputs={"reason": "満足度が低い"}, label="bad")
    d.call(function("sakura-survey-store"), {"score": "$.StoredCustomerInput", "form": Ref("evaluation-form", "通話品質評価シート")}, label="ok")
    d.attributes({"surveyDone": "true"})
    d.play(prompt("survey_thanks.wav"), label="thanks")
    d.hangup(label="bye")


@flow("nps", "NPS survey (English)", target=OLD, description="Net promoter score", look="old", hand="pretty4")
def nps(d, old):
    d.on_error = "bye"
    d.voice("Joanna")
    d.say("How likely are you to recommend Sakura Travel?")
    d.keys_in("Please enter a number from zero to ten." if not old else "Please enter a number from one to five.", length=2)
    d.call(function("sakura-survey-store"), {"nps": "$.StoredCustomerInput"})
    d.hangup(label="bye")


@flow("disconnect", "切断時処理", target=OLD, description="CustomerRemaining / 切断後", look="old")
def disconnect(d, old):
    d.on_error = "bye"
    d.attributes({"endedAt": "$.Timestamp" if not old else "unknown"})
    d.call(function("sakura-survey-store"), {"event": "disconnect"})
    d.hangup(label="bye")


# -- chat, mail, messages ---------------------------------------------------------------------------------

@flow("chat", "チャット受付", target=OLD, description="Webチャット", tags={"channel": "chat"}, look="new")
def chat(d, old):
    d.on_error = "bye"
    d.say("さくらトラベルのチャットへようこそ。🌸")
    if not old:
        d.add("UpdateContactMediaProcessing", {"ChatProcessor": {
            "ProcessingEnabled": "True", "LambdaProcessorARN": str(function("sakura-chat-filter")),
            "ChatProcessorSettings": {"DeliverUnprocessedMessages": "False"}}},
            errors=["NoMatchingError", "ChannelMismatch"], error="ask")
        d.lex("ご用件をお書きください。", bot("SakuraChatBot/live"), {"BookTour": "queue", "AskHours": "hours"}, error="queue", label="ask")
        d.say("営業時間は、平日9時30分から18時30分です。", label="hours", next="wait")
        d.wait(900, done="bye", returned="queue", label="wait")
    d.open_hours(hours("チャット対応時間"), open="set", closed="bye", label="queue")
    d.set_queue(queue("チャット"), label="set")
    d.to_queue(full="bye")
    d.hangup(label="bye")


@flow("chat-en", "Web chat (English)", target=NEW, tags={"channel": "chat", "lang": "en"}, friendly=True)
def chat_en(d, old):
    d.on_error = "Bye"
    d.say("Hello! How can Sakura Travel help you today?", label="Hello")
    d.run(to_module("identity check"), label="Who is it")
    d.set_queue(queue("English Desk"), label="Choose queue")
    d.to_queue(label="Queue", full="Bye")
    d.hangup(label="Bye")


@flow("mail", "メール受付", target=OLD, tags={"channel": "email"}, description="info@ 宛のメール")
def mail(d, old):
    d.on_error = "bye"
    d.attributes({"mailbox": Ref("email-address", "info@sakura-travel.example" if old else "info@dev.sakura-travel.example"),
                  "category": "general" if old else "$.Attributes.category"})
    d.set_queue(queue("メール対応"))
    d.to_queue(full="bye")
    d.hangup(label="bye")


@flow("sms-reply", "SMS 返信受付", target=NEW, description="予約確認 SMS への返信", tags={"channel": "sms"})
def sms_reply(d, old):
    d.on_error = "bye"
    d.lex("ご返信ありがとうございます。", bot("SakuraChatBot/live"), {"Yes": "yes", "No": "desk"}, error="bye")
    d.say("承知しました。", label="yes", next="bye")
    d.set_queue(queue("チャット"), label="desk")
    d.to_queue(full="bye")
    d.hangup(label="bye")


@flow("reminder", "出発前日リマインド", target=NEW, description="出発前日に SMS を送る", look="old")
def reminder(d, old):
    d.on_error = "bye"
    d.call(function("sakura-sms-template"), {"kind": "reminder", "template": "{\"ja\":\"前日\",\"queue\":\"{{arn:queue:国内ツアー予約}}\"}"})
    d.run(to_module("SMS送信"))
    d.hangup(label="bye")


# -- tasks ------------------------------------------------------------------------------------------------

@flow("task-change", "タスク受付: 旅程変更", target=OLD, tags={"channel": "task"}, look="new")
def task_change(d, old):
    d.on_error = "bye"
    d.attributes({"template": Ref("task-template", "旅程変更依頼"), "step": "1" if old else "2"})
    d.set_queue(queue("タスク処理"))
    d.to_queue(full="bye")
    d.hangup(label="bye")


# Makes a task which comes back to this same flow.
@flow("task-letter", "タスク受付: 書類郵送", target=NEW, tags={"channel": "task"}, description="3日後に自分自身へ戻る")
def task_letter(d, old):
    d.on_error = "bye"
    d.compare("$.Attributes.sent", {"true": "bye"}, other="queue")
    d.task("郵送の確認", to_flow("タスク受付: 書類郵送"), delay=259200, inputs={"sent": "$.Attributes.sent"},
           template=Ref("task-template", "書類郵送", "id"), label="again", next="queue")
    d.set_queue(queue("タスク処理"), label="queue")
    d.to_queue(full="again")
    d.hangup(label="bye")


@flow("task-refund", "タスク受付: 返金処理", target=NEW, tags={"channel": "task"})
def task_refund(d, old):
    d.on_error = "bye"
    d.set_queue(queue("請求・支払い").bare())
    d.to_queue(full="bye")
    d.hangup(label="bye")


# module フォローアップ作成 -> this flow -> module -> ...
@flow("task-complaint", "タスク: 苦情エスカレーション", target=NEW, tags={"channel": "task", "escalation": "yes"}, look="new")
def task_complaint(d, old):
    d.on_error = "bye"
    d.metric("NumberOfAgentsStaffed", queue("お客様相談室"), yes="queue", no="later")
    d.run(to_module("フォローアップ作成").bare().at("$LATEST"), inputs={"reason": "担当者不在"}, label="later", next="bye")
    d.set_queue(queue("お客様相談室"), label="queue")
    d.to_queue(full="later")
    d.hangup(label="bye")


@flow("case-update", "ケース更新", target=NEW, description="標準項目だけを書く", look="new")
def case_update(d, old):
    d.on_error = "bye"
    d.add("UpdateCase", {"LinkContactToCase": "true", "CaseId": "$.Attributes.caseId",
                         "CaseRequestFields": {"status": "open", "summary": "IVR から更新"}},
          errors=["NoMatchingError", "ContactNotLinked"],
          notes={"parameters": {"CaseRequestFields": {"status": {"displayName": "Open"}}},
                 "requestFieldsOptions": {"status": "Open"}})
    d.hangup(label="bye")


# -- what agents see --------------------------------------------------------------------------------------

@flow("guide-booking", "画面ガイド: 予約", target=NEW, description="予約時の案内画面", look="new", hand="pretty", tags={"team": "desktop"})
def guide_booking(d, old):
    d.on_error = "end"
    d.show(view("お客様情報カード").at("$LATEST"), {
        "Name": "$.Attributes.customerName", "Rank": "$.Attributes.rank", "Count": 20251231,
        "Queues": "[{\"label\":\"相談室\",\"arn\":\"{{arn:queue:お客様相談室}}\"},{\"label\":\"English\",\"arn\":\"{{arn:queue:English Desk}}\"}]",
        "Transfer": str(Ref("quick-connect", "VIPへ転送"))}, {"Next": "form", "Cancel": "end"}, error="end")
    d.show("form", {"Heading": "ご予約内容", "SubHeading": " ", "Next": "次へ",
                    "Sections": [{"Type": "FormSection", "Heading": "旅程", "IsEditable": False, "Items": [
                        {"Type": "DatePicker", "Name": "departure", "Label": "出発日", "Required": True},
                        {"Type": "Dropdown", "Name": "desk", "Label": "担当", "Options": [
                            {"Label": "国内", "Value": str(queue("国内ツアー予約"))},
                            {"Label": "海外", "Value": str(queue("海外ツアー予約").bare())}]}]}]},
           {"Next": "store"}, version="Latest", label="form", error="end")
    d.attributes({"departure": "$.Views.ViewResultData.FormData.departure"}, label="store")
    d.show(view("予約ガイド"), {"Step": "2"}, {"Done": "end", "Back": "b1"}, error="end")
    d.end(label="end")


@flow("guide-cancel", "画面ガイド: キャンセル受付", target=NEW, tags={"team": "desktop"}, look="new")
def guide_cancel(d, old):
    d.on_error = "end"
    d.show(view("キャンセル受付フォーム").bare(), {"Percent": "$.External.percent"}, {"Submit": "confirm"}, error="end", version="Latest")
    d.show("arn:aws:connect:{{region}}:aws:view/confirmation:1", {"Heading": "受付しました", "Next": "閉じる"},
           {"Next": "end"}, label="confirm", error="end")
    d.end(label="end")


@flow("guide-after", "画面ガイド: 後処理", target=NEW, tags={"team": "desktop"}, description="After contact work")
def guide_after(d, old):
    d.on_error = "end"
    d.show("arn:aws:connect:{{region}}:aws:view/after-contact-work:1", {"Heading": "後処理"}, {"Submit": "codes"}, error="end")
    d.show(view("Disposition codes"), {"Codes": ["予約成立", "検討中", "苦情"]}, {"Submit": "end"}, label="codes", error="end")
    d.end(label="end")


@flow("tables", "内線・ARN 対応表", target=NEW, description="名前で引く表をフロー属性に持つ", look="new", friendly=True, keys="written")
def tables(d, old):
    d.on_error = "Bye"
    d.flow_attributes({"queue_domestic": queue("国内ツアー予約"), "queue_overseas": queue("海外ツアー予約").bare(),
                       "flow_after_hours": to_flow("営業時間外案内"), "module_crm": to_module("CRM照会"),
                       "prompt_hold": prompt("保留音_琴.wav"), "fn_crm": function("sakura-crm-lookup").at("live"),
                       "bot": bot("SakuraTravelBot/live"), "partner": "arn:aws:connect:us-east-1:123456789012:instance/"
                       "11111111-2222-4333-8444-555555555555/queue/66666666-7777-4888-9999-000000000000"},
                      label="Table of this instance")
    d.set_queue("$.FlowAttributes.queue_domestic", label="By table")
    d.call("$.FlowAttributes.fn_crm", {"route": "primary={{arn:queue:国内ツアー予約}}、予備={{arn:queue:BasicQueue}}。"}, label="Ask by table")
    d.to_queue(full="Bye", label="Queue")
    d.hangup(label="Bye")


@flow("test-html", "Test & <b>検証</b> 'flow'; --", target=NEW, description="<script>alert(1)</script> \"quoted\"", look="plain")
def test_html(d, old):
    d.say("Name with markup and quotes.")
    d.hangup()


# -- drafts and archived ----------------------------------------------------------------------------------

@flow("draft-2026", "2026年 新メニュー (作成中)", target=OLD, status="SAVED", description="公開前", look="old")
def draft_2026(d, old):
    d.on_error = "bye"
    d.say("2026年春の新メニューです。" if not old else "新メニュー案です。")
    d.goto(to_flow("代表メニュー (日本語)"), error="bye")
    d.hangup(label="bye")


@flow("draft-broken", "下書き: 未設定のブロックあり", target=NEW, status="SAVED", look="new")
def draft_broken(d, old):
    # Never published, and could not be: parameters that nobody has filled in.
    d.on_error = "bye"
    d.set_queue("")
    d.call("SELECT LAMBDA FUNCTION HERE")
    d.hangup(label="bye")


@flow("archived", "旧 代表受付 2019", target=NEW, state="ARCHIVED", grandfathered=True, description="2019年まで使用", look="old")
def archived(d, old):
    d.on_error = "bye"
    d.say("お電話ありがとうございます。")
    # A case template that is long gone.
    d.add("CreateCase", {"CaseTemplateId": "9cdd12c6-4a2a-48de-8302-c31e77ea117a", "LinkContactToCase": "false",
                         "CaseRequestFields": {"title": "電話"}}, errors=["NoMatchingError"])
    d.set_queue(queue("国内ツアー予約"))
    d.to_queue(full="bye")
    d.hangup(label="bye")


def _guide_menu_draft(d, old):
    d.on_error = "bye"
    d.say("(下書き) 店舗のご案内を3店舗に増やします。")
    d.set_queue(queue("国内ツアー予約"))
    d.to_queue(full="bye")
    d.hangup(label="bye")


# Published, and a newer draft beside it which stays behind.
@flow("shops", "店舗のご案内", target=OLD, description="丸の内・梅田", draft=_guide_menu_draft, look="new")
def shops(d, old):
    d.on_error = "bye"
    d.menu("さくらトラベル 丸の内店は1、梅田店は2を押してください。", {"1": "marunouchi", "2": "umeda"}, timeout="bye", other="bye")
    d.say("丸の内店は、東京駅から徒歩3分です。", label="marunouchi", next="bye")
    d.say("梅田店は、大阪駅から徒歩5分です。", label="umeda")
    d.hangup(label="bye")
