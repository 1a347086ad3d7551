"""The page of what is watched: red where something stands still, with what to do about it."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from api.pages.admin import admin_missing, admin_page
from api.pages.shell import visitor
from api.roles import WorldDep, is_whole
from api.routing import Router
from api.watched import WORST, operations
from grid.account import Account

router = Router(include_in_schema=False)
AdminDep = Annotated[Account, Depends(visitor("admin"))]
WATCHED_WORDS = {
    "jobs": "后台任务",
    "process": "本进程",
    "backlog": "积压",
    "devices": "安全设备",
    "backup": "备份",
    "clock": "报警时钟",
    "alarm_steps": "报警升级",
    "countdowns": "如厕计时",
    "silences": "设备失联检查",
    "tasks_unanswered": "未应答任务",
    "notices_cut_off": "中断的通知",
    "notices_follow": "换渠道再通知",
    "notices_send": "发出通知",
    "repairs": "设备维修任务",
    "empty_shifts": "空班检查",
    "overdue": "工单超时",
    "order_clocks": "订单时钟",
    "review": "复核",
    "appeals": "申诉期限",
    "calendar": "日历到期",
    "figures": "指标汇总",
    "numbers": "编号段",
    "standings": "服务商评分",
    "photos": "照片清理",
    "positions": "位置清理",
    "receipts": "回执清理",
    "trials": "服务商试用期",
    "licences": "证照到期提醒",
    "checks": "夜间核对登记",
    "offers": "按规则询问服务商",
    "webhooks": "向外推送",
    "elsewhere": "由别的进程运行",
    "following": "跟随其他进程（秒）",
    "rules": "权责表（条），自何时生效",
    "disk": "磁盘剩余（MB）",
    "stranded": "接不上道路的服务商",
    "alarms": "无人接的报警",
    "notices": "待发的通知",
    "notices_failed": "24 小时内失败的通知",
    "deliveries": "待推送的事件",
    "imports": "搁置的导入文件",
    "feeds": "数据交换",
    "silent": "失联的设备",
    "broker": "设备消息（MQTT）",
    "gateways": "离线的网关",
    "last": "最近一次备份",
}
TODO_WORDS = {
    "held": "时钟可疑，已暂停。核对服务器时间后点“放行”。",
    "stands_still": "没有按时运行。查看服务器日志，必要时重启服务。",
    "set_aside": "有几件处理不了，已搁在一边。按编号查看日志。",
    "failed": "运行中出过错，下一轮会再试。查看服务器日志。",
    "elsewhere": "本进程不运行后台任务，请在运行它们的进程上查看。",
    "lags": "跟不上其他进程的改动。检查数据库连接和负载。",
    "rules_unfit": "新启用的权责表与本进程的规则库不符，本进程仍按旧表办理。核对各进程的 JINLIN_CATALOGUE 是否相同。",
    "disk_full": "磁盘快满了，已停收照片。清理或扩容磁盘。",
    "disk_short": "磁盘空间不多了，请尽快清理或扩容。",
    "stranded": "这些服务商附近没有可达的道路，不会被派单。在“服务商”里改正坐标。",
    "untaken": "有报警超过一分钟没人接。立即通知值班长。",
    "unsent": "给响应人的通知没有发出。检查短信网关，并改用电话。",
    "refused": "有通知被拒收或不知是否送达。核对号码和网关。",
    "behind": "对方系统收不下事件。联系对方，恢复后会自动补发。",
    "quarantined": "有文件坏行太多，整份搁置。在“导入”里查看并改正后重导。",
    "feeds_late": "有数据源到期没有来数。打开“数据交换”，联系来数的部门；恢复后会从断点续传，不会重复。",
    "feeds_troubled": "有数据交换要留意。打开“数据交换”查看。",
    "silent": "这些设备久未上报。安排上门检查电池和网络。",
    "line_lost": "收不到设备经 MQTT 发来的消息。检查消息服务器和本机到它的网络，以及设置中的地址和口令。",
    "messages_refused": "有设备消息格式不对或网关不明，已留存。查看日志，联系设备厂家改正。",
    "gateways_offline": "这些网关断开了，它们的设备暂时发不出消息。派人检查网关的电源和网络。",
    "never": "还没有备份过。运行 jinlin backup，并设为每天定时。",
    "too_old": "备份太旧了。检查定时备份是否还在运行。",
    "damaged": "备份读回时有损坏。换一块磁盘，重新备份。",
    "unreadable": "备份记录读不出来。重新运行 jinlin backup。",
}


@router.get("/admin/operations")
def watched(request: Request, world: WorldDep, account: AdminDep) -> HTMLResponse:
    """Show what is watched, the worst in front; it is asked for again every 15 seconds."""
    if not is_whole(world, account):
        return admin_missing(request, world, account)
    told = operations(world, world.clock())
    lines = sorted(told.lines, key=lambda line: WORST.index(line.state))
    parts = [
        (part, [line for line in lines if line.part == part])
        for part in dict.fromkeys(line.part for line in told.lines)
    ]
    more = {"told": told, "parts": parts, "todo": TODO_WORDS, "words": WATCHED_WORDS, "local": world.local}
    return admin_page(request, world, account, "admin_operations.html", name="operations", **more)
