# bsoo as one image: docker build -t bsoo . && docker run -p 8000:8000 -v bsoo:/data bsoo
# The settings are in README.md; compose.yaml adds PostgreSQL.

ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
RUN python -m venv /opt/venv
COPY requirements.lock .
RUN /opt/venv/bin/pip install --require-hashes --no-deps --only-binary :all: -r requirements.lock

FROM python:${PYTHON}-slim
LABEL org.opencontainers.image.title="bsoo" org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin bsoo \
    && install --directory --owner=bsoo --group=bsoo --mode=0700 /data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY LICENSE README.md pyproject.toml ./
COPY alembic alembic
COPY bsoo bsoo
# Compiled here, because the user below may write nothing but /data.
RUN /opt/venv/bin/python -m compileall -q bsoo alembic
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 BSOO_DATA=/data
USER bsoo
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bsoo"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
