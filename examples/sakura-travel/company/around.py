"""What plays around a call: queues, holds, whispers, outbound calls, transfers, campaigns."""

from lib.flow_document import bot, flow as to_flow, function, hours, module as to_module, prompt, queue, user, Ref

from .registry import NEW, OLD, RESPACED, RETOUCHED, SAME, flow


# -- customer queue flows ---------------------------------------------------------------------------------

def _waiting(slug, name, text, music="待ち呼_案内1.wav", *, move=None, **kw):
    @flow(slug, name, "CUSTOMER_QUEUE", **kw)
    def waiting(d, old):
        messages = [text, prompt(music)]
        if not old and kw.get("target") == OLD:
            messages.append("混雑時は、折り返しのお電話もご利用いただけます。さくらトラベル。")
        if move:
            d.on_error = "music"
            d.loop_prompts(messages, every=60, then="look", label="music", next="look")
            d.metric("OldestContactInQueueAgeSeconds", queue(move[0]), operand="600", yes="move", no="music", label="look")
            d.move_to_queue(queue(move[1]), full="music", error="music", label="move", next="music")
        else:
            d.loop_prompts(messages)


_waiting("wait-standard", "待ち呼 標準", "担当者におつなぎします。そのままお待ちください。", target=SAME, description="標準の待ち呼")
_waiting("wait-domestic", "待ち呼 国内ツアー", "国内ツアーデスクにおつなぎしています。", target=OLD, description="国内", look="new")
_waiting("wait-overseas", "待ち呼 海外ツアー", "海外ツアーデスクにおつなぎしています。", "待ち呼_案内2.wav", target=OLD, look="old")
_waiting("wait-air", "待ち呼 航空券", "航空券デスクにおつなぎしています。", target=SAME, look="none")
_waiting("wait-hotel", "待ち呼 ホテル", "ホテルデスクにおつなぎしています。", target=RESPACED, look="old")
_waiting("wait-cruise", "待ち呼 クルーズ", "クルーズデスクにおつなぎしています。", "Music_Jazz_MyTimetoFly_Inst.wav", target=NEW,
         move=("クルーズ", "海外ツアー予約"))
_waiting("wait-english", "Queue music (English)", "Thank you for waiting. Sakura Travel will be with you shortly.",
         "保留音_piano.wav", target=OLD, tags={"lang": "en"})
_waiting("wait-emergency", "待ち呼 緊急", "緊急サポートにおつなぎします。お電話を切らずにお待ちください。", target=OLD,
         move=("海外緊急24h", "English Desk"))


# The queue offers a callback, the callback's flow sets this queue flow: a circle through a hook.
@flow("wait-callback", "待ち呼 折り返し", "CUSTOMER_QUEUE", target=NEW, description="待っている間に折り返しを受け付ける", look="new")
def wait_callback(d, old):
    d.on_error = "music"
    d.loop_prompts(["折り返しのお電話をご希望の場合は、このあとの案内でお選びください。", prompt("待ち呼_案内2.wav")],
                   every=40, then="offer", label="music", next="offer")
    d.menu("折り返しをご希望の場合は1を押してください。", {"1": "number"}, timeout="music", other="music", label="offer")
    d.callback_number("$.CustomerEndpoint.Address", label="number", invalid="music")
    d.callback(queue("国内ツアー予約"), entry=to_flow("折り返し予約"), delay=300)
    d.hangup()


@flow("wait-chat", "チャット待ち", "CUSTOMER_QUEUE", target=NEW, friendly=True, hand="pretty")
def wait_chat(d, old):
    d.on_error = "End"
    d.call(function("sakura-callback-window"), {"channel": "chat"}, label="Ask the wait")
    d.say("およそ $.External.minutes 分でおつなぎします。", label="Tell the wait")
    d.end(label="End")


# -- holds ------------------------------------------------------------------------------------------------

def _hold(slug, name, type, messages, **kw):
    @flow(slug, name, type, **kw)
    def hold(d, old):
        d.loop_prompts(messages if not old else messages[:1])


_hold("hold-standard", "保留音 標準", "CUSTOMER_HOLD", [prompt("保留音_琴.wav")], target=SAME, description="琴")
_hold("hold-piano", "保留音 piano", "CUSTOMER_HOLD", [prompt("保留音_piano.wav"), "もうしばらくお待ちください。"], target=OLD)
_hold("hold-rock", "保留音 ROCK 🎸", "CUSTOMER_HOLD", [prompt("Music_Rock_EverywhereTheSunShines_Inst.wav")], target=NEW, look="old")
_hold("hold-english", "Hold music (English)", "CUSTOMER_HOLD",
      ["<speak>Thank you for holding. <break time=\"10s\"/></speak>", prompt("CustomerHold.wav")], target=OLD, tags={"lang": "en"})
_hold("agent-hold", "エージェント保留", "AGENT_HOLD", ["<speak>保留中です。<break time=\"10s\"/></speak>"], target=SAME)
_hold("agent-hold-beep", "エージェント保留 beep", "AGENT_HOLD", [prompt("Beep.wav"), "<speak><break time=\"20s\"/></speak>"], target=NEW)
_hold("agent-hold-en", "Agent hold (English)", "AGENT_HOLD", ["You are on hold.", "<speak><break time=\"15s\"/></speak>"], target=OLD)


@flow("hold-language", "保留音 言語別", "CUSTOMER_HOLD", target=NEW, description="言語で曲を変える")
def hold_language(d, old):
    d.on_error = "ja"
    d.compare("$.Attributes.language", {"en": "en"}, other="ja")
    d.loop_prompts([prompt("保留音_piano.wav"), "Please hold."], label="en")
    d.loop_prompts([prompt("保留音_琴.wav")], label="ja")


# -- whispers ---------------------------------------------------------------------------------------------

def _whisper(slug, name, type, text, *, extra=None, **kw):
    @flow(slug, name, type, **kw)
    def whisper(d, old):
        d.on_error = "end"
        if isinstance(text, str):
            d.say(text if not old else "さくら旅行社、" + text)
        else:
            d.play(text)
        if extra and not old:
            extra(d)
        d.end(label="end")


_whisper("aw-standard", "ささやき 標準", "AGENT_WHISPER", "$.Queue.Name", target=RETOUCHED, description="キュー名を読む",
         tags={"team": "platform"}, target_tags={})
_whisper("aw-domestic", "ささやき 国内ツアー", "AGENT_WHISPER", "国内ツアーのお客様です。", target=OLD)
_whisper("aw-overseas", "ささやき 海外ツアー", "AGENT_WHISPER", "海外ツアーのお客様です。$.Attributes.verified", target=OLD, look="old")
_whisper("aw-air", "ささやき 航空券", "AGENT_WHISPER", "航空券、$.Attributes.haul です。", target=RESPACED)
_whisper("aw-vip", "ささやき VIP ⭐", "AGENT_WHISPER", "プラチナ会員です。", target=NEW,
         extra=lambda d: d.attributes({"notify": user("vip-desk_leader"), "card": Ref("view", "お客様情報カード")}))
_whisper("aw-beep", "ささやき beep", "AGENT_WHISPER", prompt("Beep.wav"), target=NEW, look="old")
_whisper("aw-english", "Whisper: English caller", "AGENT_WHISPER", "English caller, $.Attributes.topic", target=OLD)
_whisper("aw-callback", "ささやき 折り返し", "AGENT_WHISPER", "折り返しのお電話です。", target=NEW,
         extra=lambda d: d.hook("CustomerHold", to_flow("保留音 標準")))
_whisper("cw-standard", "お客様ささやき 標準", "CUSTOMER_WHISPER", "担当者におつなぎします。", target=SAME)
_whisper("cw-recording", "お客様ささやき 録音", "CUSTOMER_WHISPER", "この通話は録音されます。", target=OLD)
_whisper("cw-chime", "お客様ささやき chime", "CUSTOMER_WHISPER", prompt("chime+bell 100%.wav"), target=NEW)
_whisper("cw-english", "Customer whisper (English)", "CUSTOMER_WHISPER", "You are now connected.", target=OLD, hand="crlf")


@flow("ow-standard", "発信ささやき 標準", "OUTBOUND_WHISPER", target=OLD, description="発信時の録音", look="old")
def ow_standard(d, old):
    d.record(("Agent", "Customer") if not old else ())
    d.say("さくらトラベルからお電話しております。", error="end")
    d.end(label="end")


@flow("ow-confirm", "発信 予約確認", "OUTBOUND_WHISPER", target=NEW)
def ow_confirm(d, old):
    d.on_error = "end"
    d.add("CompleteOutboundCall", {"CallerId": {"Number": "+815031110002"}},
          notes={"parameters": {"CallerId": {"Number": {"inputOption": "claimed"}}}})
    d.say("ご予約の確認でお電話いたしました。")
    d.hook("CustomerHold", to_flow("保留音 言語別"))
    d.end(label="end")


@flow("ow-silent", "発信 無音", "OUTBOUND_WHISPER", target=SAME, look="none")
def ow_silent(d, old):
    d.record(())
    d.end()


@flow("ow-typhoon", "発信 台風連絡", "OUTBOUND_WHISPER", target=NEW, tags={"season": "2025/08-10"})
def ow_typhoon(d, old):
    d.on_error = "end"
    d.play(prompt("台風のお知らせ.wav"))
    d.attributes({"origin": to_flow("台風・災害のお知らせ"), "flowId": to_flow("台風・災害のお知らせ").bare()})
    d.end(label="end")


# -- transfers --------------------------------------------------------------------------------------------

@flow("at-standard", "エージェント転送 標準", "AGENT_TRANSFER", target=OLD, description="担当者へ")
def at_standard(d, old):
    d.on_error = "bye"
    d.say("さくらトラベル、担当者に転送します。")
    d.set_agent("$.Agent.ARN")
    d.to_queue(full="bye")
    d.hangup(label="bye")


@flow("at-leader", "リーダーへ転送", "AGENT_TRANSFER", target=NEW, look="old")
def at_leader(d, old):
    d.on_error = "bye"
    d.metric("NumberOfAgentsAvailable", agent=user("taro.sato"), yes="go", no="other")
    d.set_agent(user("taro.sato"), label="go", next="queue")
    d.set_agent(user("hanako.yamada").bare(), label="other")
    d.to_queue(label="queue", full="bye")
    d.hangup(label="bye")


@flow("at-external", "海外支店へ転送 (外線)", "AGENT_TRANSFER", target=NEW)
def at_external(d, old):
    d.on_error = "bye"
    d.third_party("$.Attributes.branchPhone", resume=False, failed="bye")
    d.hangup(label="bye")


@flow("at-secure", "Secure transfer / カード入力", "AGENT_TRANSFER", target=OLD, description="")
def at_secure(d, old):
    d.on_error = "bye"
    d.keys_in("カード番号を入力してください。", length=16 if not old else 19, secret=True)
    d.call(function("sakura-payment-token"), {"from": "agent"})
    d.hangup(label="bye")


@flow("qt-standard", "キュー転送 標準", "QUEUE_TRANSFER", target=RESPACED)
def qt_standard(d, old):
    d.on_error = "bye"
    d.open_hours(None, error="bye")
    d.metric("NumberOfAgentsStaffed", yes="go", no="closed", label="open")
    d.to_queue(label="go", full="closed")
    d.say("ただいま担当者がおりません。", label="closed")
    d.hangup(label="bye")


@flow("qt-overseas", "海外ツアーへ転送", "QUEUE_TRANSFER", target=OLD, look="new")
def qt_overseas(d, old):
    d.on_error = "bye"
    d.set_queue(queue("海外ツアー予約"))
    if not old:
        d.hook("CustomerQueue", to_flow("待ち呼 海外ツアー"))
    d.to_queue(full="bye")
    d.hangup(label="bye")


@flow("qt-care", "相談室へ転送", "QUEUE_TRANSFER", target=OLD)
def qt_care(d, old):
    d.on_error = "bye"
    d.attributes({"reason": "escalation", "from": "$.Agent.UserName" if not old else "agent"})
    d.set_queue(queue("お客様相談室"))
    d.to_queue(full="bye")
    d.hangup(label="bye")


@flow("qt-vip", "VIPへ転送", "QUEUE_TRANSFER", target=NEW)
def qt_vip(d, old):
    d.on_error = "bye"
    d.hook("AgentWhisper", to_flow("ささやき VIP ⭐"))
    d.set_queue(queue("VIPコンシェルジュ"))
    d.to_queue(full="over")
    d.goto(to_flow("VIP Concierge Desk"), label="over", error="bye")
    d.hangup(label="bye")


# Two transfers that lead to each other when their queues are full.
@flow("qt-day", "昼間チームへ転送", "QUEUE_TRANSFER", target=NEW)
def qt_day(d, old):
    d.on_error = "bye"
    d.open_hours(hours("土日祝 短縮"), error="bye")
    d.set_queue(queue("航空券予約"), label="open")
    d.to_queue(full="closed")
    d.goto(to_flow("夜間チームへ転送"), label="closed", error="bye")
    d.hangup(label="bye")


@flow("qt-night", "夜間チームへ転送", "QUEUE_TRANSFER", target=NEW)
def qt_night(d, old):
    d.on_error = "bye"
    d.open_hours(hours("24時間365日"), error="bye", closed="day")
    d.set_queue(queue(" 夜間受付"), label="open")
    d.to_queue(full="day")
    d.goto(to_flow("昼間チームへ転送"), label="day", error="bye")
    d.hangup(label="bye")


# -- campaigns --------------------------------------------------------------------------------------------

@flow("campaign", "秋の紅葉キャンペーン", "CAMPAIGN", target=NEW, status="SAVED", description="アウトバウンドキャンペーン(下書き)")
def campaign(d, old):
    d.on_error = "end"
    d.add("CheckOutboundCallStatus", {}, when=[("Equals", "CallAnswered", "hello"), ("Equals", "VoicemailBeep", "voicemail")],
          errors=["NoMatchingError"], error="end", next="end")
    d.say("さくらトラベルです。紅葉ツアーのご案内です。", label="hello", next="end")
    d.say("さくらトラベルです。またお電話いたします。", label="voicemail")
    d.end(label="end")
