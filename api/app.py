"""The web application: routers, errors, body limits, security headers, static files."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import anyio
from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from api import health, stream
from api.alarm_timers import run_alarms
from api.clockwork import Ticker, run_due
from api.errors import Words, answer_errors
from api.guard import Guard, content_policy
from api.locale.refusals import KIND_WORDS
from api.moving import PERIOD_S, Moves
from api.openapi import describe
from api.outside import features, feed_register, feeds, fhir, hotline, open311, open311_updates
from api.outside.broker import BrokerThread
from api.outside.broker_client import make_client
from api.outside.webhooks import send_due
from api.pages import (
    admin,
    appraisal,
    desk,
    field,
    home,
    login,
    market_still,
    person,
    public,
    shop,
    ticket,
    work,
    work_orders,
)
from api.pages import appeals as appeal_pages
from api.pages import applications as application_pages
from api.pages import board as board_page
from api.pages import board_compare as board_compare_page
from api.pages import board_lists as board_list_pages
from api.pages import board_maps as board_map_pages
from api.pages import board_table as board_table_pages
from api.pages import corrections as correction_pages
from api.pages import counter as counter_page
from api.pages import (
    desk_map as desk_map_page,
)
from api.pages import desk_rounds as desk_rounds_page
from api.pages import desk_streets as desk_streets_page
from api.pages import desk_together as desk_together_page
from api.pages import drills as desk_drills_page
from api.pages import feeds as feeds_page
from api.pages import health_station as health_page
from api.pages import helping as helping_page
from api.pages import indicators as indicator_pages
from api.pages import kiosk as kiosk_page
from api.pages import market as market_pages
from api.pages import matters as matters_page
from api.pages import modules as modules_page
from api.pages import openid as openid_pages
from api.pages import operations as operations_page
from api.pages import report as report_page
from api.pages import rota as desk_rota_page
from api.pages import tv as tv_page
from api.pages.admin_fields import FIELD_WORDS
from api.pages.shell import ElsewhereError, go_elsewhere, in_a_page
from api.pages.ticket import ROLE_WORDS
from api.timers import TIMERS
from api.v1 import (
    accounts,
    alarms,
    appeals,
    applications,
    assignments,
    calls,
    cells,
    chronic_cases,
    closures,
    corrections,
    counter,
    devices,
    drills,
    eligibility,
    entities,
    figures,
    follow,
    health_records,
    health_watches,
    helping,
    imports,
    indicators,
    intake,
    isochrone,
    market,
    matters,
    modules,
    money,
    needs,
    operations,
    orders,
    parties,
    people,
    photos,
    positions,
    providers,
    questions,
    rates,
    register,
    residents,
    reveals,
    rounds,
    session,
    shifts,
    siting,
    stations,
    tickets,
    visits,
    what_if,
    workers,
)
from api.v1 import shop as own_shop
from api.versions import OneVersion
from api.world import World
from api.writers import WRITERS_AT_ONCE
from data.city.follow import FollowerThread
from data.registers.pinyin import spelled

INTERFACES = (
    tickets,
    operations,
    orders,
    needs,
    matters,
    applications,
    register,
    residents,
    people,
    health_records,
    chronic_cases,
    health_watches,
    fhir,
    figures,
    rates,
    appeals,
    indicators,
    open311,
    open311_updates,
    features,
    follow,
    hotline,
    feed_register,
    feeds,
    session,
    photos,
    stream,
    health,
    visits,
    devices,
    reveals,
    drills,  # before the numbers of alarms
    alarms,
    helping,
    shifts,
    closures,
    money,
    market,
    own_shop,
    assignments,
    rounds,
    accounts,
    eligibility,
    siting,
    what_if,
    isochrone,
    providers,
    cells,
    stations,
    parties,
    entities,
    workers,
    intake,
    calls,
    questions,
    positions,
    imports,
    corrections,
    counter,
    modules,
)
PAGES = (
    home,
    public,
    desk,
    desk_map_page,
    desk_together_page,
    desk_drills_page,
    desk_rota_page,
    desk_rounds_page,
    helping_page,
    shop,
    login,
    openid_pages,
    work,
    work_orders,
    person,
    board_map_pages,
    board_table_pages,
    board_compare_page,
    board_list_pages,
    report_page,
    board_page,
    indicator_pages,
    market_pages,
    market_still,
    appeal_pages,
    application_pages,
    appraisal,
    ticket,
    field,
    desk_streets_page,
    operations_page,
    matters_page,
    modules_page,
    feeds_page,
    correction_pages,
    admin,
    kiosk_page,
    counter_page,
    health_page,
    tv_page,
)
ALARM_PERIOD_S = 0.5
STATIC = Path(__file__).parent / "static"


@contextmanager
def background(world: World) -> Iterator[None]:
    """Run timers, webhooks, the line to a broker and the following of other processes, as far as they are switched on."""
    timers = (
        Ticker(world, "timers", lambda world, now: run_due(world, TIMERS, now)),
        Ticker(world, "webhooks", send_due),
        Ticker(world, "alarms", run_alarms, ALARM_PERIOD_S),
    )
    running: list[Ticker | FollowerThread | BrokerThread] = [*timers] if world.settings.timers else []
    if world.settings.mqtt_url:
        running.append(BrokerThread(world))
    if world.settings.follow:
        running.append(FollowerThread(world.follower, world.database))
        running.append(Ticker(world, "moves", Moves().tell, PERIOD_S))
    for thread in running:
        thread.start()
    yield
    for thread in running:
        thread.stop()


def make_app(world: World) -> FastAPI:
    """Put the application together around one world.

    Raises
    ------
    NotSetUpError
        When the settings name a broker that cannot be one.
    """
    if world.settings.mqtt_url:
        make_client(world.settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        spelled("名")  # loads the dictionary of names now: inside a transaction it would keep others waiting
        with background(world):
            yield
        world.database.close()

    app = FastAPI(
        title="Jinlin 近邻",
        version="1",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        openapi_url="/openapi.json" if world.settings.show_docs else None,
    )
    app.state.world = world
    app.state.writers = anyio.Semaphore(WRITERS_AT_ONCE)
    names = KIND_WORDS | ROLE_WORDS | {one.name_en: one.name_zh for one in world.catalogue.modules}
    answer_errors(app, Words(values=names, fields=FIELD_WORDS), in_a_page)
    app.add_middleware(OneVersion, rules=world.rules)
    app.add_middleware(Guard, behind_tls=world.settings.behind_tls)
    app.add_exception_handler(ElsewhereError, go_elsewhere)
    for part in (*INTERFACES, *PAGES):
        app.router.routes.extend(part.router.routes)
    describe(app, [part.router for part in INTERFACES])
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.mount("/tiles", StaticFiles(directory=world.home.tiles), name="tiles")

    if world.settings.show_docs:
        _show_docs(app)
    return app


def _show_docs(app: FastAPI) -> None:
    """Serve the pages that describe the interface."""

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        vendor = "/static/vendor/swagger-ui-dist"
        answer = get_swagger_ui_html(
            openapi_url="/openapi.json",
            title="Jinlin API",
            swagger_js_url=f"{vendor}/swagger-ui-bundle.js",
            swagger_css_url=f"{vendor}/swagger-ui.css",
            swagger_favicon_url="/static/icons/jinlin.svg",
        )
        answer.headers["Content-Security-Policy"] = content_policy(bytes(answer.body).decode())
        return answer
