"""What only production has. None of it may change in a migration."""

from lib.flow_document import flow as to_flow, function, hours, prompt, queue

from . import registry

FLOWS: list = []
MODULES: list = []


def _flow(slug, name, type="CONTACT_FLOW", **rest):
    return registry._register(FLOWS, slug, name, type, None, None, None, None, rest)


def _module(slug, name, **rest):
    return registry._register(MODULES, slug, name, None, None, None, None, None, rest)


OWNER = {"owner": "operations", "do-not-touch": "yes"}


@_flow("own-outage", "本番 障害時アナウンス", tags=OWNER, description="運用部が管理")
def outage(d, old):
    d.play(prompt("本番_障害時アナウンス.wav"))
    d.hangup()


@_flow("own-night", "本番 夜間緊急受付", tags=OWNER)
def night(d, old):
    d.on_error = "bye"
    d.open_hours(hours("本番 計画停止時間"), open="queue", closed="queue", error="bye")
    d.set_queue(queue("本番専用 夜間緊急"), label="queue")
    d.to_queue(full="bye")
    d.hangup(label="bye")


# One more name that differs only in case from two of the source's.
@_flow("own-vip", "VIP CONCIERGE DESK", tags={"owner": "marketing"}, description="キャンペーン専用。別物")
def own_vip(d, old):
    d.say("VIP campaign line.")
    d.hangup()


# The name of a source flow with one blank more.
@_flow("own-main", "代表電話受付 ", description="末尾に空白。検証で使用")
def own_main(d, old):
    d.on_error = "bye"
    d.goto(to_flow("代表電話受付"), error="bye")
    d.hangup(label="bye")


# The composed form of a name that the source has taken apart.
@_flow("own-bus", "バスツアー受付", tags=OWNER)
def own_bus(d, old):
    d.say("バスツアーの受付は終了しました。")
    d.hangup()


@_flow("own-audit", "監査 録音確認", "QUEUE_TRANSFER", tags={"owner": "audit"})
def own_audit(d, old):
    d.on_error = "bye"
    d.set_queue(queue("監査用"))
    d.to_queue(full="bye")
    d.hangup(label="bye")


@_flow("own-whisper", "本番 ささやき 監査", "AGENT_WHISPER", tags={"owner": "audit"})
def own_whisper(d, old):
    d.say("監査対象の通話です。")
    d.end()


@_flow("own-draft", "本番 準備中の案内", status="SAVED", tags=OWNER)
def own_draft(d, old):
    d.say("準備中です。")
    d.hangup()


@_module("own-metrics", "本番メトリクス", description="運用部", tags=OWNER)
def own_metrics(d, old):
    d.call(function("prod-only-metrics"), {"at": "$.ContactId"}, error="b2")
    d.back()


@_module("own-shutdown", "計画停止チェック", tags=OWNER)
def own_shutdown(d, old):
    d.open_hours(hours("本番 計画停止時間"), open="b2", closed="b2")
    d.back()
