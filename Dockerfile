# One image for every process: the command says which (compose.yaml, Procfile).
FROM python:3.11-slim-bookworm AS packages
COPY requirements.txt /tmp/requirements.txt
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --no-compile --require-hashes -r /tmp/requirements.txt

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin moodsite
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
# Scikit-learn is only for fitting the model; one thread each is what small machines give.
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    OMP_NUM_THREADS=1 \
    OPENBLAS_NUM_THREADS=1 \
    PORT=8000
# Hashed and compressed files, as a public host serves them. The keys are for this step only.
RUN ALLOWED_HOSTS=build.invalid SECRET_KEY=only-while-the-image-is-built-0123456789abcdefghij \
    python manage.py collectstatic --noinput \
 && mkdir -p var && chown moodsite:moodsite var
USER moodsite
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
CMD ["gunicorn", "-c", "gunicorn.conf.py", "moodsite.wsgi"]
