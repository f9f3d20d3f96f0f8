# One image for the worker, the API, the migration and the sandbox; docker-compose.yml chooses the command.

FROM python:3.12.15-slim-trixie AS build
COPY requirements/run.txt /tmp/run.txt
# Wheels only: the image needs no compiler. No pip inside the venv: nothing is installed into a running image.
RUN python -m venv --without-pip /opt/venv \
    && pip --python /opt/venv/bin/python install --no-cache-dir --disable-pip-version-check \
        --only-binary :all: --require-hashes -r /tmp/run.txt

FROM python:3.12.15-slim-trixie
# /data belongs to the user so that a volume mounted there is writable; it holds the sandbox's messages.
RUN groupadd --gid 10001 homing \
    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin homing \
    && install -d -o homing -g homing /data
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
# .dockerignore lets through the rooms that run in production and nothing else, so no .env can get in.
COPY . .
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOMING_API_ADDRESS=0.0.0.0:8080 \
    HOMING_HEALTH_ADDRESS=0.0.0.0:8081
# Compiled here because the container's user cannot write next to the sources.
RUN python -m compileall -q /app
# By number, so that Kubernetes can see that it is not root.
USER 10001:10001
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8081/healthz', timeout=4)"]
CMD ["python", "worker.py"]
